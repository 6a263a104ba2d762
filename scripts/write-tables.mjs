// Writes what is generated from the code and from bench/results.json: whole files, and texts between markers.
import { readFileSync, writeFileSync } from 'node:fs'
import { generated } from './generated.mjs'

for (const { file, name, text, isWhole } of generated) {
  const path = new URL(`../${file}`, import.meta.url)
  if (isWhole) {
    writeFileSync(path, text)
    continue
  }
  const markers = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
  const before = readFileSync(path, 'utf8')
  if (!markers.test(before)) throw new Error(`${file} has no markers for ${name}`)
  writeFileSync(
    path,
    before.replace(markers, (_all, start, end) => `${start}\n${text}\n\n${end}`),
  )
}
