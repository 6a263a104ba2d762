import { useEffect, useState } from 'preact/hooks'
import type { InstanceFixture, KeyPairSummary as KeyPair } from '../../client/emulator.ts'
import type { Topic, Values } from '../form.tsx'
import { hrefOf, queryOf, setParams, useRoute } from '../route.ts'
import { useLive, useSession } from '../session.tsx'
import { fill, texts } from '../texts.ts'
import {
  Button,
  Code,
  type Columns,
  Dialog,
  download,
  Empty,
  ErrorNote,
  Facts,
  Head,
  Pager,
  Search,
  Select,
  same,
  Table,
  Time,
} from '../ui.tsx'
import { AccountBar, useAccount } from './account.tsx'
import type { Health } from './overview.tsx'

const pageSize = 100

/** The key pairs of an account, with all that the API can do with them. */
export function KeyPairs() {
  const { control, ask } = useSession()
  const { q = '', project = '', sort = '', page = '1', id = '' } = useRoute().params
  const { account, isReadOnly } = useAccount()
  const topics = useKeyPairTopics()
  const [chosen, select] = useState<readonly string[]>([])
  const read = (filters: Readonly<Record<string, string | number>>) =>
    control<{ total: number; keyPairs: KeyPair[] }>('GET', `key-pairs${queryOf({ account, ...filters })}`)
  const { value, error } = useLive(async () => {
    const offset = ((Math.max(Number(page), 1) || 1) - 1) * pageSize
    const list = await read({ q, project, sort, limit: pageSize, offset })
    const { projects } = await control<{ projects: number[] }>('GET', `projects${queryOf({ account })}`)
    return { ...list, projects, id, opened: id ? (await read({ keyId: id })).keyPairs[0] : undefined }
  }, [account, q, project, sort, page, id])
  const { total = 0, keyPairs = [], projects = [], opened } = value ?? {}
  const selected = chosen.filter((one) => keyPairs.some(({ keyId }) => keyId === one))
  const pages = Math.ceil(total / pageSize)
  // The page may be beyond the end after key pairs were deleted
  useEffect(() => (total > 0 && keyPairs.length === 0 ? setParams({ page: `${pages}` }) : undefined), [value])
  const button = (name: string, text: string, topic: Topic, kind?: 'main' | 'danger') => (
    <Button id={name} kind={kind ?? 'quiet'} text={text} disabled={isReadOnly} onClick={() => ask(topic)} />
  )
  const orders = { '': texts.newest, oldest: texts.oldest, name: texts.name }
  const shown = { ...selection(selected, select), ...columns }
  const open = ({ keyId }: KeyPair) => setParams({ id: keyId })
  const removal = fill(texts.deleteSelected, { count: selected.length })
  return (
    <>
      <Head title={texts['key-pairs']}>
        {selected.length > 0 && button('delete-selected', removal, topics.remove(selected), 'danger')}
        {button('import', texts.importKey, topics.import)}
        {button('new', texts.createKeyPair, topics.create, 'main')}
      </Head>
      <div class="row">
        <AccountBar />
        <Search />
        <Select id="project" label={texts.project} options={same(projects)} hasAll />
        <Select id="sort" label={texts.order} options={orders} />
        <small>{value && fill(texts.count, { total })}</small>
      </div>
      <ErrorNote error={error} />
      {id && value?.id === id && !opened && <ErrorNote error={fill(texts.noKeyPair, { id })} />}
      {value && total === 0 && (
        <Empty title={q || project ? texts.noMatch : texts.noKeyPairs}>
          {!q && !project && button('first', texts.createKeyPair, topics.create, 'main')}
        </Empty>
      )}
      {total > 0 && <Table id="key-pairs" rows={keyPairs} columns={shown} keyOf={({ keyId }) => keyId} onOpen={open} />}
      <Pager pages={pages} />
      {opened?.keyId === id && <Details pair={opened} />}
    </>
  )
}

const columns: Columns<KeyPair> = {
  keyName: ({ keyName }) => keyName,
  keyId: ({ keyId }) => <code>{keyId}</code>,
  projectId: ({ projectId }) => projectId,
  fingerprint: ({ fingerprints }) => <code>{fingerprints.sha256}</code>,
  instanceIds: ({ instanceIds }) => <code>{instanceIds.join(' ')}</code>,
  createdTime: ({ createdTime }) => <Time iso={createdTime} />,
}

/** A column of boxes with which rows are selected. */
const selection = (selected: readonly string[], select: (ids: readonly string[]) => void): Columns<KeyPair> => ({
  [texts.select]: ({ keyId, keyName }) => {
    const others = selected.filter((id) => id !== keyId)
    const isChosen = others.length < selected.length
    const change = () => select(isChosen ? others : [...others, keyId])
    return <input type="checkbox" aria-label={`${texts.select} ${keyName}`} checked={isChosen} onChange={change} />
  },
})

function Details({ pair }: { readonly pair: KeyPair }) {
  const { ask } = useSession()
  const { account, isReadOnly } = useAccount()
  const topics = useKeyPairTopics()
  const { keyId, keyName, projectId, description, instanceIds, fingerprints, tags, createdTime, publicKey } = pair
  const facts = {
    ...{ keyId: <Code text={keyId} />, projectId, description, createdTime: <Time iso={createdTime} /> },
    tags: tags.map(({ key, value }) => `${key}=${value}`).join(', '),
    instanceIds: instanceIds.map((id) => (
      <a key={id} href={hrefOf('instances', { account, q: id })}>
        {id}{' '}
      </a>
    )),
    fingerprints: [<Code key="SHA256" text={fingerprints.sha256} />, <Code key="MD5" text={fingerprints.md5} />],
    publicKey: <Code text={publicKey} />,
  }
  return (
    <Dialog id="details" title={keyName} onClose={() => setParams({ id: '' })}>
      <Facts facts={facts} />
      <div class="row">
        {topics.ofPair(pair).map((topic) => (
          <Button key={topic.id} id={topic.id} text={topic.title} disabled={isReadOnly} onClick={() => ask(topic)} />
        ))}
      </div>
    </Dialog>
  )
}

/** The dialogs that change key pairs. Their fields are those of the actions, except for what is chosen already. */
function useKeyPairTopics() {
  const { control, operations, ask } = useSession()
  const { account, change } = useAccount()
  const path = `instances${queryOf({ account })}`
  const { value } = useLive(() => control<{ instances: InstanceFixture[] }>('GET', path), [account])
  const fieldsOf = (action: string, chosen = '') =>
    operations
      .find((one) => one.action === action)
      ?.fields.filter(({ name }) => name !== chosen && name !== 'Region') ?? []

  const form = (id: keyof typeof texts, action: string, values: Values, chosen?: string): Topic => {
    const send: Topic['send'] = (params) => change(action, params)
    return { id, title: texts[id], fields: fieldsOf(action, chosen), values, send }
  }
  const bind = (id: 'bind' | 'unbind', action: string, { keyId, instanceIds }: KeyPair): Topic => {
    const all = value?.instances.map(({ instanceId }) => instanceId) ?? []
    const options = all.filter((instanceId) => instanceIds.includes(instanceId) === (id === 'unbind'))
    const choice = { kind: 'choice', options, hint: '' } as const
    const instances = { href: hrefOf('instances', { account }), onClick: () => ask() }
    const { fields = [], ...topic } = form(id, action, { InstanceIds: options[0] ?? '' }, 'KeyIds')
    return {
      ...topic,
      content: options.length === 0 && <a {...instances}>{texts.noFreeInstance}</a>,
      fields: fields.map((field) => (field.name === 'InstanceIds' ? { ...field, ...choice } : field)),
      send: ({ InstanceIds, ...params }) => change(action, { ...params, InstanceIds: [InstanceIds], KeyIds: [keyId] }),
    }
  }
  const create: Topic = {
    ...form('createKeyPair', 'CreateKeyPair', { ProjectId: '0' }),
    async send(params) {
      const { ssh } = await control<Health>('GET', 'health')
      const { KeyName: name, PrivateKey: pem } = (await change('CreateKeyPair', params)).KeyPair
      const target = ssh ? `-p ${ssh.port} INSTANCE@${location.hostname}` : 'USER@HOST'
      ask({ id: 'created', title: name, content: <PrivateKey name={name} pem={pem} target={target} /> })
    },
  }
  const edit = ({ keyId: KeyId, keyName: KeyName, description: Description }: KeyPair): Topic => ({
    ...form('edit', 'ModifyKeyPairAttribute', { KeyName, Description }, 'KeyId'),
    send(_params, values) {
      const changed = Object.entries(values).filter(([name, text]) => text !== { KeyName, Description }[name])
      return change('ModifyKeyPairAttribute', { KeyId, ...Object.fromEntries(changed) })
    },
  })
  const remove = (ids: readonly string[]): Topic => ({
    ...{ id: 'delete', title: texts.delete, isDangerous: true },
    content: <p>{`${ids.join(', ')} – ${texts.deleteHint}`}</p>,
    async send() {
      await change('DeleteKeyPairs', { KeyIds: ids })
      setParams({ id: '' })
    },
  })
  const ofPair = (pair: KeyPair) => [
    edit(pair),
    bind('bind', 'AssociateInstancesKeyPairs', pair),
    ...(pair.instanceIds.length > 0 ? [bind('unbind', 'DisassociateInstancesKeyPairs', pair)] : []),
    remove([pair.keyId]),
  ]
  return { create, import: form('importKey', 'ImportKeyPair', { ProjectId: '0' }), remove, ofPair }
}

/** It is shown this once: nothing keeps it when the dialog is closed. */
function PrivateKey({ name, pem, target }: Readonly<Record<'name' | 'pem' | 'target', string>>) {
  const file = `${name}.pem`
  return (
    <>
      <p class="warn">{texts.once}</p>
      <pre data-testid="private-key">{pem}</pre>
      <Button id="download" kind="main" text={fill(texts.download, { file })} onClick={() => download(file, pem)} />
      <p>{texts.use}</p>
      <Code id="ssh" text={`chmod 600 ${file} && ssh -o IdentitiesOnly=yes -i ${file} ${target}`} />
    </>
  )
}
