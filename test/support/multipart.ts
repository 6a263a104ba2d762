export const boundary = '---------------------------1489305600000'
/** A body as the official Java SDK sends it: a CRLF first, and parts with a Content-Disposition only. */
export const multipart = (params: Readonly<Record<string, string>>) =>
  `\r\n${Object.entries(params)
    .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--${boundary}--\r\n`
