import { useState } from 'preact/hooks'
import type { ApiExchange } from '../api.ts'
import { type Operation, readForm } from '../description.ts'
import { Fields, type Values } from '../form.tsx'
import { hrefOf, useRoute } from '../route.ts'
import { useCall, useSession } from '../session.tsx'
import { canSign } from '../sign.ts'
import { texts } from '../texts.ts'
import { Button, Copy, ErrorNote, Head, Select, same } from '../ui.tsx'
import { AccountBar, useAccount } from './account.tsx'

/** A form for each action of both versions of the API. */
export function TryIt() {
  const { operations } = useSession()
  const { apiVersion = '2017-03-12', action: name } = useRoute().params
  const ofVersion = operations.filter((one) => one.apiVersion === apiVersion)
  const operation = ofVersion.find(({ action }) => action === name) ?? ofVersion[0]
  const versions = same(operations.map((one) => one.apiVersion))
  const actions = same(ofVersion.map(({ action }) => action))
  const chosen = operation?.action ?? ''
  return (
    <>
      <Head title={texts['try-it']} />
      <div class="row">
        <Select id="apiVersion" label="API" options={versions} />
        <Select id="action" label={texts.action} options={actions} />
        <AccountBar />
      </div>
      {operation && <Form key={`${chosen} ${apiVersion}`} operation={operation} />}
    </>
  )
}

/** Its answers go with it: no private key is kept when another action or view is opened. */
function Form({ operation }: { readonly operation: Operation }) {
  const { account } = useAccount()
  const isKnown = useSession().credentials.get(account) !== undefined
  const call = useCall()
  const { fields, apiVersion } = operation
  const examples = () => Object.fromEntries(fields.map(({ name, example = '' }) => [name, example]))
  const [values, setValues] = useState<Values>(examples)
  const [sent, setSent] = useState<ApiExchange>()
  const [error, setError] = useState<unknown>()
  const submit = async (event: Event) => {
    event.preventDefault()
    try {
      setSent(await call({ operation, account, params: readForm(fields, values, apiVersion === '3.0') }))
      setError(undefined)
    } catch (problem) {
      setError(problem)
    }
  }
  return (
    <div class="columns">
      <form class="stack" onSubmit={submit} noValidate>
        <p>{operation.summary}</p>
        <Fields fields={fields} values={values} onChange={setValues} />
        {!isKnown && <small>{canSign() ? texts.signHint : texts.noCrypto}</small>}
        <a href="console/conformance.md">{texts.conformance}</a>
        <ErrorNote error={error} />
        <button type="submit" class="main" data-testid="submit">
          {texts.send}
        </button>
      </form>
      {sent ? <Result sent={sent} /> : <p>{texts.tryItHint}</p>}
    </div>
  )
}

function Result({ sent }: { readonly sent: ApiExchange }) {
  const [isRaw, setRaw] = useState(false)
  const { request, answer, response, status, durationMs: ms, error } = sent
  const shown = isRaw || response === undefined ? answer : JSON.stringify(JSON.parse(answer), null, 2)
  return (
    <section class="stack" aria-live="polite" data-testid="result">
      <div class="row">
        <span class={`badge ${error ? 'bad' : 'good'}`}>{error?.code ?? 'Success'}</span>
        <small>{`HTTP ${status}, ${ms} ms`}</small>
        <a href={hrefOf('requests', { q: response?.RequestId ?? '' })}>{texts.seeRequests}</a>
      </div>
      <h2>{texts.request}</h2>
      <pre data-testid="request">{request}</pre>
      <div class="row">
        <h2>{texts.answer}</h2>
        <Button id="raw" kind="quiet" text={isRaw ? texts.indented : texts.asSent} onClick={() => setRaw(!isRaw)} />
        <Copy text={answer} />
      </div>
      <pre data-testid="answer">{shown}</pre>
    </section>
  )
}
