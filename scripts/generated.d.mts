/** What is generated: the file, the name of the markers in it, and the text between them, or a whole file. */
export const generated: readonly {
  readonly file: string
  readonly name: string
  readonly text: string
  readonly isWhole?: true
}[]
