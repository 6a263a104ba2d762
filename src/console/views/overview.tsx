import type { AccountSummary, FaultState } from '../../client/emulator.ts'
import { hrefOf } from '../route.ts'
import { useLive, useSession } from '../session.tsx'
import { fill, texts } from '../texts.ts'
import { type ClockState, Code, type Columns, clockText, Empty, ErrorNote, Facts, Head, Table } from '../ui.tsx'

type Ports = { readonly [name in 'tls' | 'ssh']?: { readonly port: number } }
export type Health = Readonly<{ version: string; keys: { source: string; ready: number } }> & Ports

/** The address, the keys, the clock, the rules and the accounts. */
export function Overview() {
  const { control, accounts } = useSession()
  const { value, error } = useLive(
    async () => ({
      health: await control<Health>('GET', 'health'),
      clock: await control<ClockState>('GET', 'clock'),
      rules: (await control<{ faults: FaultState[] }>('GET', 'faults')).faults,
    }),
    [],
    { everyMs: 1000 },
  )
  if (!value) return <ErrorNote error={error} />
  const { version, keys, tls, ssh } = value.health
  const command = `curl -s "${location.origin}/v2/index.php?Action=DescribeKeyPairs&Version=2017-03-12"`
  const rules = value.rules.map(({ id, hits, matched }) => (
    <div key={id} data-testid="rule">
      <a href={hrefOf('rules')}>{id}</a> {fill(texts.hits, { hits, matched })}
    </div>
  ))
  const facts = {
    [texts.address]: <Code id="address" text={location.origin} />,
    HTTPS: tls && <Code text={`https://${location.hostname}:${tls.port}`} />,
    SSH: ssh && <Code text={`ssh -p ${ssh.port} INSTANCE@${location.hostname}`} />,
    [texts.command]: <Code id="command" text={command} />,
    [texts.keySource]: <span data-testid="keys">{`${keys.source} · ${fill(texts.ready, { count: keys.ready })}`}</span>,
    [texts.clock]: <span data-testid="clock">{clockText(value.clock)}</span>,
    [texts.rules]: rules.length > 0 ? rules : texts.noRules,
  }
  const columns: Columns<AccountSummary> = {
    [texts.account]: ({ name }) => <a href={hrefOf('key-pairs', { account: name })}>{name}</a>,
    [texts['key-pairs']]: ({ keyPairs }) => keyPairs,
    [texts.instances]: ({ instances }) => instances,
    [texts.requests]: ({ requests }) => requests,
  }
  return (
    <>
      <Head title={texts.overview}>cvm-emulator {version}</Head>
      {accounts.every(({ keyPairs, requests }) => keyPairs + requests === 0) && (
        <Empty title={texts.firstSteps}>
          <a href={hrefOf('key-pairs')}>{texts.firstKey}</a>
          <a href={hrefOf('try-it')}>{texts.firstCall}</a>
          <a href={hrefOf('rules')}>{texts.firstRule}</a>
        </Empty>
      )}
      <div class="card">
        <Facts facts={facts} />
      </div>
      <Table id="accounts" rows={accounts} columns={columns} keyOf={({ name }) => name} />
    </>
  )
}
