/** The keywords below, which ajv does not know. */
export const textKeywords = ['x-description', 'x-description-zh'] as const

/** The description of a value in a JSON Schema, in English and in Chinese. Messages quote the English one. */
export const described = (en: string, zh: string) => ({ description: en, 'x-description-zh': zh }) as const

/**
 * A description that only the OpenAPI document and the forms made from it show. Messages quote the `description` of the
 * schema, if it has one.
 */
export const describedInForms = (en: string, zh: string) => ({ 'x-description': en, 'x-description-zh': zh }) as const
