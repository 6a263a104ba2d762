import { readFileSync } from 'node:fs'

/** The emulator's URL; without one, the client calls its own host. */
export const endpoint = process.env.CVM_ENDPOINT ? new URL(process.env.CVM_ENDPOINT) : undefined

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

/**
 * Performs the steps of the scenario and prints a line for each. `call` returns the answer of an action, or throws an error
 * that has the code of the API in its `code`.
 */
export async function perform(name, call) {
  const { region, credentials, steps } = JSON.parse(readFileSync(process.env.CVM_SCENARIO, 'utf8'))
  const saved = {}
  print({ version: versionOf(name) })
  for (const { name: step, action, params, credential = 'main', save = {}, retryOn = [] } of steps) {
    const filled = JSON.parse(JSON.stringify(params), (_, value) => saved[value] ?? value)
    const attempt = () => call(action, filled, { region, ...credentials[credential] })
    try {
      const answer = await attempt().catch((error) => {
        if (!retryOn.includes(error.code)) throw error
        return attempt()
      })
      for (const [variable, path] of Object.entries(save)) {
        saved[`$${variable}`] = path.split('.').reduce((value, member) => value?.[member], answer)
      }
      print({ step, code: 'Success', answer })
    } catch (error) {
      print({ step, code: error.code ?? 'ClientError', message: error.message })
    }
  }
}

/** Of the package in `node_modules`. */
const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url))).version

/** The members of `Response`; throws its error. */
export function unwrap({ Response }) {
  const { Error: failure, ...answer } = Response
  if (failure) throw Object.assign(new Error(failure.Message), { code: failure.Code })
  return answer
}
