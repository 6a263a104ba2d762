import { controlFields } from '../description.ts'
import type { Topic } from '../form.tsx'
import { useLive, useSession } from '../session.tsx'
import { fill, texts } from '../texts.ts'
import { Button, type ClockState, clockText, download, ErrorNote, Facts, Head } from '../ui.tsx'
import type { Health } from './overview.tsx'

/** The clock, the limit, keys made ahead, and the state as a whole. */
export function State() {
  const { control, changed, ask, document, accounts } = useSession()
  const read = async () => ({
    clock: await control<ClockState>('GET', 'clock'),
    limit: (await control<{ keyPairs: number }>('GET', 'limits')).keyPairs,
    keys: (await control<Health>('GET', 'health')).keys,
  })
  const { value, error } = useLive(read, [], { everyMs: 1000 })
  if (!value) return <ErrorNote error={error} />
  const { clock, limit, keys } = value
  /** A button that posts at once, or asks for the fields of the route if it gets values for them. */
  const post = (id: keyof typeof texts, path: string, body?: object) => (
    <Button id={id} text={texts[id]} onClick={() => control('POST', path, body).then(() => changed())} />
  )
  const form = (id: keyof typeof texts, path: string, values: Topic['values'] = {}, more: Partial<Topic> = {}) => {
    const fields = controlFields(document, `/${path}`)
    const known = fields.map((field) =>
      field.name === 'account' ? { ...field, options: accounts.map((one) => one.name) } : field,
    )
    const topic = { id: 'route', title: texts[id], fields: known, values, ...more }
    const send = async (body: { readonly account?: string }) => {
      // A reset of an unknown account is no error, but changes nothing
      const { message } = await control<{ message?: string }>('POST', path, body)
      if (message !== undefined) throw new Error(message)
      if (path === 'reset') changed(({ account }) => [undefined, account].includes(body.account))
    }
    const open = () => ask({ ...topic, send })
    return <Button id={id} kind={more.isDangerous ? 'danger' : 'quiet'} text={texts[id]} onClick={open} />
  }
  const advance = (minutes: number) => ({ milliseconds: minutes * 60_000 })
  const facts = {
    [texts.clock]: (
      <div class="row">
        <span data-testid="clock">{clockText(clock)}</span>
        {clock.frozen ? post('resume', 'clock/resume') : post('freeze', 'clock/freeze')}
        {post('plusMinute', 'clock/advance', advance(1))}
        {post('plusHour', 'clock/advance', advance(60))}
        {post('plusDay', 'clock/advance', advance(1440))}
        {form('advance', 'clock/advance')}
        {form('setClock', 'clock/set', { time: clock.time })}
        {post('resetClock', 'clock/reset')}
      </div>
    ),
    [texts.limit]: [limit, form('setLimit', 'limits', { keyPairs: `${limit}` })],
    [texts.keySource]: [fill(texts.ready, { count: keys.ready }), form('prefill', 'keys/prefill', { count: '10' })],
    [texts.document]: <Documents />,
    [texts.reset]: form('reset', 'reset', {}, { isDangerous: true, content: <p>{texts.resetHint}</p> }),
  }
  return (
    <>
      <Head title={texts.state} />
      <div class="card">
        <Facts facts={facts} />
      </div>
    </>
  )
}

function Documents() {
  const { control, ask } = useSession()
  const exportState = async () =>
    download('cvm-emulator-state.json', `${JSON.stringify(await control('GET', 'state'), null, 2)}\n`)
  const importState = (file: File) => {
    const topic = { id: 'import', title: fill(texts.importOf, { file: file.name }), isDangerous: true }
    const send = async () => control('PUT', 'state', JSON.parse(await file.text()))
    ask({ ...topic, content: <p>{texts.importHint}</p>, send })
  }
  return (
    <div class="row">
      <Button id="export" text={texts.export} onClick={exportState} />
      <label>
        {texts.import}{' '}
        <input
          type="file"
          data-testid="file"
          onChange={({ currentTarget: input }) => {
            for (const file of input.files ?? []) importState(file)
            // So that the same file can be chosen again
            input.value = ''
          }}
        />
      </label>
      <small>{texts.exportHint}</small>
    </div>
  )
}
