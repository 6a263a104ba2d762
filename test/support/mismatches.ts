import type { Field } from '../../src/core/answer.ts'

/** Returns how a value differs from its declared field. */
export function mismatches(field: Field, value: unknown, path: string): string[] {
  if (field.type === 'object') {
    if (typeof value !== 'object' || value === null) return [`${path} is not an object`]
    const names = Object.keys(field.fields)
    const wrongNames = `${Object.keys(value)}` === `${names}` ? [] : [`${path} has ${Object.keys(value)}, not ${names}`]
    return [
      ...wrongNames,
      ...names.flatMap((name) =>
        mismatches(field.fields[name] as Field, (value as Record<string, unknown>)[name], `${path}.${name}`),
      ),
    ]
  }
  if (field.type === 'array') {
    if (!Array.isArray(value)) return [`${path} is not an array`]
    return value.flatMap((item, index) => mismatches(field.items, item, `${path}.${index}`))
  }
  const fits = field.type === 'integer' ? Number.isSafeInteger(value) : typeof value === field.type
  return fits ? [] : [`${path} is ${JSON.stringify(value)}, not ${field.type}`]
}
