import type { FaultState } from '../../client/emulator.ts'
import { controlFields, readForm } from '../description.ts'
import type { Topic, Values } from '../form.tsx'
import { useLive, useSession } from '../session.tsx'
import { fill, texts } from '../texts.ts'
import { Button, type Columns, Empty, ErrorNote, Head, Table } from '../ui.tsx'
import { type Rule, summaryOf } from './rule-summary.ts'

const rateLimit = { perSecond: '10', error: 'RequestLimitExceeded' }

/** The rules that make requests fail or wait, also those of --latency and --rate-limit, and the form for a new one. */
export function Rules() {
  const { control, ask } = useSession()
  const ruleTopic = useRuleTopic()
  const { value, error } = useLive(() => control<{ faults: FaultState[] }>('GET', 'faults'), [])
  const remove = (path: string, title: string) => () =>
    ask({ id: 'remove', title, isDangerous: true, send: () => control('DELETE', path) })
  const columns: Columns<FaultState> = {
    ID: ({ id }) => <code>{id}</code>,
    [texts.rule]: ({ id, hits, matched, warning, ...rule }) => (
      <>
        {summaryOf(rule)} {rule.next === hits && <span class="badge">{texts.spent}</span>}
        {warning && <span class="warn">{warning}</span>}
        <details>
          <summary>JSON</summary>
          <pre>{JSON.stringify(rule, null, 2)}</pre>
        </details>
      </>
    ),
    [texts.hitsOfMatched]: ({ hits, matched }) => `${hits} / ${matched}`,
    [texts.remove]: ({ id }) => {
      const [title, path] = [fill(texts.removeOf, { id }), `faults/${encodeURIComponent(id)}`]
      return <Button id={`remove-${id}`} kind="quiet" label={title} text={texts.remove} onClick={remove(path, title)} />
    },
  }
  const add = (values: Values) => () => ask(ruleTopic(values))
  const rules = value?.faults ?? []
  return (
    <>
      <Head title={texts.rules}>
        {rules.length > 0 && (
          <Button id="remove-all" text={texts.removeAll} onClick={remove('faults', texts.removeAll)} />
        )}
        <Button id="latency" text={texts.addLatency} onClick={add({ delay: '[80,300]' })} />
        <Button id="rate-limit" text={texts.addRateLimit} onClick={add(rateLimit)} />
        <Button id="new" kind="main" text={texts.newRule} onClick={add({ next: '1', error: 'InternalServerError' })} />
      </Head>
      <ErrorNote error={error} />
      {value && rules.length === 0 && <Empty title={texts.noRules}>{texts.firstRule}</Empty>}
      {rules.length > 0 && <Table id="rules" rows={rules} columns={columns} keyOf={({ id }) => id} />}
    </>
  )
}

/** Gives the dialog for a new rule, filled with these values. It says in plain language what the rule will do. */
export function useRuleTopic(): (values: Values) => Topic {
  const { control, document, operations } = useSession()
  const proposals: Readonly<Record<string, readonly string[]>> = {
    action: [...new Set(operations.map(({ action }) => action))].sort(),
    error: document.components.schemas.ErrorCode?.oneOf?.map((code) => code.const) ?? [],
  }
  // The emulator counts hits and gives warnings
  const fields = controlFields(document, '/faults')
    .filter(({ name }) => !['matched', 'hits', 'warning'].includes(name))
    .map((field) => ({ ...field, options: proposals[field.name] ?? field.options ?? [] }))
  const preview = (values: Values) => {
    try {
      return summaryOf(readForm(fields, values) as Rule)
    } catch (error) {
      return (error as Error).message
    }
  }
  return (values) => ({
    id: 'rule-form',
    title: texts.newRule,
    fields,
    first: ['action', 'account', 'parameters', 'next', 'error', 'delay', 'answer'],
    values,
    preview,
    send: (rule) => control('POST', 'faults', rule),
  })
}
