/** Whether a Chinese text ends with its own full stop, and has a blank between Chinese and Latin characters. */
export const isChinese = (text = ''): boolean =>
  /\p{Script=Han}.*。$/u.test(text) &&
  !/\p{Script=Han}[\w`]|[\w`]\p{Script=Han}/u.test(text.replaceAll(/`[^`]*`/g, '`x`'))
