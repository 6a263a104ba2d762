/** Whether a text can be stored and sent: neither the API nor the database accepts NUL or half of a surrogate pair. */
export const isText = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text)
