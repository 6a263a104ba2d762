import { type FunctionComponent, render } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { type ApiError, createControl } from './api.ts'
import { type OpenApi, operationsOf } from './description.ts'
import { type Topic, TopicDialog } from './form.tsx'
import { hrefOf, useRoute } from './route.ts'
import { maxEntries, type Session, SessionContext, useLive, useSession } from './session.tsx'
import { type Entry, readStream } from './stream.ts'
import { language, texts } from './texts.ts'
import { Button, ErrorNote, Facts } from './ui.tsx'
import { Instances } from './views/instances.tsx'
import { KeyPairs } from './views/key-pairs.tsx'
import { Overview } from './views/overview.tsx'
import { Requests } from './views/requests.tsx'
import { Rules } from './views/rules.tsx'
import { State } from './views/state.tsx'
import { TryIt } from './views/try-it.tsx'

/** The views by their paths, which are the names of their texts, too. */
const views = {
  overview: Overview,
  'key-pairs': KeyPairs,
  requests: Requests,
  rules: Rules,
  instances: Instances,
  'try-it': TryIt,
  state: State,
} satisfies Partial<Record<keyof typeof texts, FunctionComponent>>

type ViewName = keyof typeof views

/** Asks for the token if the emulator has one, and reads what the page is made from. */
function App() {
  const [token, setToken] = useState<string>()
  const [document, setDocument] = useState<OpenApi>()
  const [error, setError] = useState<unknown>()
  const control = useMemo(() => createControl(token), [token])
  useEffect(() => void control<OpenApi>('GET', 'openapi.json').then(setDocument, setError), [control])
  if (document) return <Connected {...{ document, control, token }} />
  const topic: Topic = {
    id: 'token',
    title: texts.tokenTitle,
    content: <p>{texts.tokenHint}</p>,
    fields: [{ name: 'token', kind: 'secret' }],
    async send(_params, { token: entered = '' }) {
      setDocument(await createControl(entered)('GET', 'openapi.json'))
      setToken(entered)
    },
  }
  if ((error as Partial<ApiError> | undefined)?.code !== 'Unauthorized') return <ErrorNote error={error} />
  return <TopicDialog topic={topic} onDone={() => undefined} onClose={() => location.reload()} />
}

/** Keeps what was read of the journal, in batches. */
function useJournal(token: string | undefined) {
  const [state, setState] = useState({ entries: [] as readonly Entry[], missed: 0, isConnected: false, changes: 0 })
  const change = (next: (old: typeof state) => Partial<typeof state>) =>
    setState((old) => ({ ...old, changes: old.changes + 1, ...next(old) }))
  useEffect(() => {
    const closed = new AbortController()
    const events = {
      onEntries: (added: readonly Entry[]) =>
        change(({ entries }) => ({ entries: [...[...added].reverse(), ...entries].slice(0, maxEntries) })),
      onMissed: (count: number) => change(({ missed }) => ({ missed: missed + count })),
      onConnected: (isConnected: boolean) => change(() => ({ isConnected })),
    }
    void readStream(token, events, closed.signal)
    return () => closed.abort()
  }, [token])
  const changed: Session['changed'] = (isGone = () => false) =>
    change(({ entries }) => ({ entries: entries.filter((entry) => !isGone(entry)) }))
  return { ...state, changed }
}

type ConnectedProps = Pick<Session, 'document' | 'control'> & { readonly token: string | undefined }

function Connected({ document, control, token }: ConnectedProps) {
  const journal = useJournal(token)
  const [credentials, setCredentials] = useState<Session['credentials']>(new Map())
  const [topic, ask] = useState<Topic>()
  const read = () => control<Pick<Session, 'accounts'>>('GET', 'accounts?limit=1000')
  const { accounts = [] } = useLive(read, [], { changes: journal.changes }).value ?? {}
  const operations = useMemo(() => operationsOf(document), [document])
  useEffect(() => {
    // Of a button that does something without a dialog
    addEventListener('unhandledrejection', (event) => {
      event.preventDefault()
      ask((open) => open ?? { id: 'problem', title: texts.error, content: <ErrorNote error={event.reason} /> })
    })
  }, [])
  const close = () => ask((current) => (current === topic ? undefined : current))
  const done = () => {
    close()
    journal.changed()
  }
  const session = { control, document, operations, accounts, ...journal, credentials, setCredentials, ask }
  return (
    <SessionContext.Provider value={session}>
      <Page onHelp={ask} />
      {topic && <TopicDialog key={`${topic.id} ${topic.title}`} topic={topic} onDone={done} onClose={close} />}
    </SessionContext.Provider>
  )
}

function Page({ onHelp }: { onHelp(topic: Topic): void }) {
  const { view } = useRoute()
  const { isConnected } = useSession()
  const name = Object.hasOwn(views, view) ? (view as ViewName) : 'overview'
  const View = views[name]
  useEffect(() => {
    document.title = `${texts[name]} · cvm-emulator`
    document.documentElement.lang = texts.lang
  }, [name])
  const keys = { '/': texts.search, 'j, k': texts.keyMove, Enter: texts.keyOpen, n: texts.keyNew, '?': texts.keyHelp }
  const help = () => onHelp({ id: 'help', title: texts.keys, content: <Facts facts={keys} /> })
  useShortcuts(help)
  const [lang, other] = language === 'en' ? ['zh', '中文'] : ['en', 'English']
  return (
    <>
      <header class="bar row">
        <strong>cvm-emulator</strong>
        <nav aria-label={texts.navigation}>
          {(Object.keys(views) as ViewName[]).map((path) => (
            <a key={path} href={hrefOf(path)} aria-current={path === name} data-testid={`nav-${path}`}>
              {texts[path]}
            </a>
          ))}
        </nav>
        <span class={isConnected ? 'good' : 'bad'} role="status" data-testid="connection">
          ● {isConnected ? texts.connected : texts.disconnected}
        </span>
        <a href={`?lang=${lang}${location.hash}`} lang={lang} data-testid="language">
          {other}
        </a>
        <Button kind="quiet" label={texts.keys} text="?" onClick={help} />
      </header>
      <main>
        <View key={name} />
      </main>
    </>
  )
}

/** `/` searches, `n` is for new, `j` and `k` move through rows, `?` lists the keys. */
function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    const find = (selector: string) => document.querySelector<HTMLElement>(selector)
    const actions: Readonly<Record<string, () => void>> = {
      '/': () => find('[type=search]')?.focus(),
      n: () => find('[data-testid=new]')?.click(),
      '?': onHelp,
      j: () => moveRow(1),
      k: () => moveRow(-1),
    }
    const listener = (event: KeyboardEvent) => {
      const isTyping = (event.target as HTMLElement).closest('input:not([type=checkbox]), textarea, select')
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || find('dialog[open]')) return
      const action = actions[event.key]
      if (!action) return
      action()
      event.preventDefault()
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [onHelp])
}

function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const index = rows.findIndex((row) => row.contains(document.activeElement))
  rows[index < 0 ? 0 : Math.min(Math.max(index + step, 0), rows.length - 1)]?.focus()
}

render(<App />, document.body)
