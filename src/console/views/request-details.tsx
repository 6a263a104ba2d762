import { hrefOf, setParams } from '../route.ts'
import { useLive, useSession } from '../session.tsx'
import type { Entry } from '../stream.ts'
import { texts } from '../texts.ts'
import { Button, Copy, Dialog, ErrorNote, Facts, Time } from '../ui.tsx'
import { useRuleTopic } from './rules.tsx'

const sequenceOf = (id: string) => id.split('-').at(-1)

/** Everything about one request. It is read from the journal when the page does not have it. */
export function RequestDetails({ id }: { readonly id: string }) {
  const { control, entries } = useSession()
  const read = async () => {
    const isWanted = (entry: Entry) => id === entry.eventId || id === `${entry.sequence}`
    const known = entries.find(isWanted)
    if (known) return known
    const path = `journal?after=${Math.max(Number(sequenceOf(id)) - 1, 0) || 0}`
    const { boot, entries: found } = await control<{ boot: string; entries: Entry[] }>('GET', path)
    const [first] = found.map((entry) => ({ ...entry, eventId: `${boot}-${entry.sequence}` }))
    if (first && isWanted(first)) return first
    throw new Error(texts.gone)
  }
  // Once, so that it stays when the journal and the page no longer have it
  const { value, error } = useLive(read, [], { changes: 0 })
  return (
    <Dialog id="details" title={`${texts.request} ${sequenceOf(id)}`} onClose={() => setParams({ request: '' })}>
      <ErrorNote error={error} />
      {value && <Details entry={value} />}
    </Dialog>
  )
}

function Details({ entry }: { readonly entry: Entry }) {
  const { diagnosis, parameters, sequence: _, eventId: _id, time, ...others } = entry
  const { action, code, message, signature, faults } = others
  const { cause, mistake, expected, received, firstDifference } = diagnosis ?? {}
  const reason = mistake && `${mistake} (${cause})`
  const first = { time: <Time iso={time} />, action, code, message, signature, cause: reason }
  const facts = { ...Object.assign({}, first, others), signature: texts[signature], faults: faults.join(', ') }
  return (
    <div class="stack">
      <Actions entry={entry} />
      <Facts facts={facts} />
      <div class="columns">
        {expected && <Signed title={texts.expected} text={expected} at={firstDifference} />}
        {received && <Signed title={texts.received} text={received} at={firstDifference} />}
      </div>
      <h3>{texts.parameters}</h3>
      <Facts facts={parameters} />
    </div>
  )
}

function Actions({ entry }: { readonly entry: Entry }) {
  const { ask } = useSession()
  const ruleTopic = useRuleTopic()
  const { action = '', account = '', parameters, code } = entry
  const own = Object.entries(parameters).filter(([name, value]) => !isCommon.test(name) && !isIncomplete(value))
  const wanted = own.length > 0 ? JSON.stringify(Object.fromEntries(own)) : ''
  const like = { action, account, parameters: wanted, next: '1', error: 'InternalServerError' }
  const version = parameters.Version ?? parameters['x-tc-version'] ?? ''
  const openRule = (values: Readonly<Record<string, string>>) => () => {
    location.hash = hrefOf('rules')
    ask(ruleTopic(values))
  }
  return (
    <div class="row">
      {entry.method && <Copy id="curl" text={toCurl(entry)} label={texts.curl} />}
      <Button id="fail-next" text={texts.failNext} onClick={openRule(like)} />
      {/^InvalidAction/.test(code) && (
        <Button id="answer" text={texts.answerAction} onClick={openRule({ action, version, answer: '{}' })} />
      )}
      {Object.values(parameters).some(isIncomplete) && <small>{texts.curlNote}</small>}
    </div>
  )
}

/** A text that was signed. From the first difference on, the rest of the parameter or line is marked. */
function Signed({ title, text, at = text.length }: { title: string; text: string; at?: number | undefined }) {
  const [marked = ''] = /^[^&\n]+|^[&\n]/.exec(text.slice(at)) ?? []
  return (
    <section>
      <h3>{title}</h3>
      <pre>
        {text.slice(0, at)}
        {marked && <mark>{marked.replace('\n', '↵\n')}</mark>}
        {text.slice(at + marked.length)}
      </pre>
    </section>
  )
}

/** What every request has, so that it says nothing about this one. */
const isCommon =
  /^(Action|Version|Region|Language|SecretId|Timestamp|Nonce|Token|Signature\w*|RequestClient|x-tc-.*|authorization)$/i

/** Whether the journal replaced a secret in a value, or shortened it. */
const isIncomplete = (value: string) => value === '[redacted]' || value.endsWith('…')

/** The request as a command. A signature stays redacted, but one of TC3 names the account at least. */
function toCurl({ method = 'POST', path = '/', apiVersion, account, parameters }: Entry): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const is30 = apiVersion === '3.0'
  // Multipart has texts only, so the types of a JSON body need not be known
  const flag = is30 && method !== 'GET' ? '--form-string' : '--data-urlencode'
  const authorization = `TC3-HMAC-SHA256 Credential=${account}/1970-01-01/cvm/tc3_request, SignedHeaders=host, Signature=[redacted]`
  const options = Object.entries(parameters).map(([name, value]) => {
    if (is30 && name === 'authorization') return `-H ${quote(`Authorization: ${authorization}`)}`
    const isHeader = is30 && name.startsWith('x-tc-')
    return isHeader ? `-H ${quote(`${name}: ${value}`)}` : `${flag} ${quote(`${name}=${value}`)}`
  })
  if (method === 'GET') options.unshift('-G')
  else if (!options.some((option) => option.startsWith('--'))) options.push(`--json '{}'`)
  return ['curl', quote(`${location.origin}${path}`), ...options].join(' \\\n  ').replace('curl \\\n ', 'curl')
}
