import { useMemo, useState } from 'preact/hooks'
import { hrefOf, setParams, useRoute } from '../route.ts'
import { useSession } from '../session.tsx'
import type { Entry } from '../stream.ts'
import { fill, texts } from '../texts.ts'
import { Button, type Columns, Empty, Head, Search, Select, same, Table, Time } from '../ui.tsx'
import { RequestDetails } from './request-details.tsx'
import { formatMs, outcomeClass, outcomeOf, Timeline } from './timeline.tsx'

/** How many rows are rendered at first, and how many more each time. */
const pageSize = 100

const columns: Columns<Entry> = {
  time: ({ time }) => <Time iso={time} />,
  action: ({ action }) => action ?? '–',
  account: ({ account }) => account ?? '–',
  apiVersion: ({ apiVersion }) => <code>{apiVersion}</code>,
  client: ({ client = '–' }) => <code title={client}>{client.replace(/^(.{30}).+/su, '$1…')}</code>,
  code: (entry) => <span class={`badge ${outcomeClass[outcomeOf(entry)]}`}>{entry.code}</span>,
  duration: ({ durationMs }) => formatMs(durationMs),
}

const keyOf = ({ eventId }: Entry) => eventId

/** The requests to the API as they come. */
export function Requests() {
  const { entries, missed } = useSession()
  const { q = '', account = '', outcome = '', request } = useRoute().params
  const [paused, setPaused] = useState<readonly Entry[]>()
  const [limit, setLimit] = useState(pageSize)
  const all = paused ?? entries
  const found = useMemo(() => filter(all, { q, account, outcome }), [all, q, account, outcome])
  const names = new Set([account, ...all.map((entry) => entry.account ?? '')].filter(Boolean))
  const came = paused ? (entries[0]?.sequence ?? 0) - (paused[0]?.sequence ?? 0) : 0
  const { success, error, byRule } = texts
  const toggle = () => setPaused(paused ? undefined : entries)
  const open = ({ eventId }: Entry) => setParams({ request: eventId })
  const more = fill(texts.showMore, { shown: limit, count: found.length })
  return (
    <>
      <Head title={texts.requests}>
        {paused && <span role="status">{fill(texts.came, { count: came })}</span>}
        <Button id="pause" text={paused ? texts.resume : texts.pause} onClick={toggle} />
      </Head>
      <div class="row">
        <Search />
        <Select id="account" label={texts.account} options={same(names)} hasAll />
        <Select id="outcome" label={texts.outcome} options={{ success, error, byRule }} hasAll />
      </div>
      {missed > 0 && <p class="warn">{fill(texts.missed, { count: missed })}</p>}
      {found.length > 0 && <Timeline entries={found} />}
      {found.length > 0 && (
        <Table id="requests" rows={found.slice(0, limit)} columns={columns} keyOf={keyOf} onOpen={open} />
      )}
      {found.length > limit && <Button id="more" text={more} onClick={() => setLimit(limit + pageSize)} />}
      {found.length === 0 && all.length > 0 && <Empty title={texts.noMatch} />}
      {all.length === 0 && (
        <Empty title={texts.noRequests}>
          <p>{texts.firstRequest}</p>
          <a href={hrefOf('try-it')}>{texts.firstCall}</a>
          <pre>{`curl "${location.origin}/v2/index.php?Action=DescribeKeyPairs&Version=2017-03-12"`}</pre>
        </Empty>
      )}
      {request && <RequestDetails key={request} id={request} />}
    </>
  )
}

/** What the search looks at. Each batch of requests searches all of them again. */
const searchTexts = new WeakMap<Entry, string>()

function searchTextOf(entry: Entry): string {
  const text = searchTexts.get(entry) ?? JSON.stringify({ ...entry, eventId: undefined }).toLowerCase()
  searchTexts.set(entry, text)
  return text
}

function filter(entries: readonly Entry[], { q, account, outcome }: Record<'q' | 'account' | 'outcome', string>) {
  const wanted = q.trim().toLowerCase()
  return entries.filter(
    (entry) =>
      (!account || entry.account === account) &&
      (!outcome || outcomeOf(entry) === outcome) &&
      (!wanted || searchTextOf(entry).includes(wanted)),
  )
}
