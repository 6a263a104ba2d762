import type { InstanceFixture as Instance } from '../../client/emulator.ts'
import { controlFields, toText } from '../description.ts'
import type { Values } from '../form.tsx'
import { hrefOf, queryOf, useRoute } from '../route.ts'
import { useLive, useSession } from '../session.tsx'
import { fill, texts } from '../texts.ts'
import { Button, type Columns, Empty, ErrorNote, Head, Search, Table } from '../ui.tsx'
import { AccountChooser, useAccount } from './account.tsx'

const keyOf = ({ instanceId }: Instance) => instanceId

/** The instances and projects of an account, which only control routes make. */
export function Instances() {
  const { control } = useSession()
  const { q = '' } = useRoute().params
  const { account } = useAccount()
  const topics = useTopics(account)
  const path = `instances${queryOf({ account })}`
  const { value, error } = useLive(() => control<{ instances: Instance[] }>('GET', path), [account])
  const all = value?.instances ?? []
  const rows = all.filter((instance) => JSON.stringify(instance).toLowerCase().includes(q.toLowerCase()))
  const columns: Columns<Instance> = {
    instanceId: ({ instanceId }) => <code>{instanceId}</code>,
    instanceName: ({ instanceName }) => instanceName,
    instanceState: ({ instanceState: state }) => (
      <span class={`badge ${state === 'RUNNING' ? 'good' : 'warn'}`}>{state}</span>
    ),
    osName: ({ osName }) => osName,
    zone: ({ zone }) => zone,
    IP: ({ privateIpAddresses: own = [], publicIpAddresses = [] }) => [...own, ...publicIpAddresses].join(' '),
    keyIds: ({ keyIds = [] }) =>
      keyIds.map((id) => (
        <a key={id} href={hrefOf('key-pairs', { account, id })}>
          {id}{' '}
        </a>
      )),
    [texts.remove]: ({ instanceId: id }) => topics.remove(id, `instances/${id}${queryOf({ account })}`),
  }
  return (
    <>
      <Head title={texts.instances}>{topics.add('new', 'instances', texts.addInstance)}</Head>
      <div class="row">
        <AccountChooser />
        <Search />
      </div>
      <ErrorNote error={error} />
      {value && rows.length === 0 && <Empty title={q ? texts.noMatch : texts.noInstances} />}
      {rows.length > 0 && <Table id="instances" {...{ rows, columns, keyOf }} onOpen={topics.change} />}
      <Projects account={account} />
    </>
  )
}

/** The projects of the account, of which some are those of every account. */
function Projects({ account }: { readonly account: string }) {
  const { control } = useSession()
  const topics = useTopics(account)
  const read = (query = '') => control<{ projects: number[] }>('GET', `projects${query}`)
  const { value } = useLive(() => Promise.all([read(queryOf({ account })), read()]), [account])
  const [{ projects } = { projects: [] }, common] = value ?? []
  const isCommon = (id: number) => common?.projects.includes(id) === true
  const columns: Columns<number> = {
    projectId: (id) => id,
    [texts.ofEveryAccount]: (id) => isCommon(id) && '✓',
    [texts.remove]: (id) =>
      id !== 0 && topics.remove(`${id}`, `projects/${id}${isCommon(id) ? '' : queryOf({ account })}`),
  }
  return (
    <>
      <div class="head">
        <h2>{texts.projects}</h2>
        {topics.add('new-project', 'projects', texts.addProject)}
      </div>
      <Table id="projects" rows={projects} columns={columns} keyOf={(id) => id} />
    </>
  )
}

/** What changes instances and projects. The fields are those of the control routes. */
function useTopics(account: string) {
  const { control, document, ask } = useSession()
  const fieldsOf = (path: string, method?: string) =>
    controlFields(document, path, method).filter(({ name }) => name !== 'account')
  const first = ['instanceId', 'instanceName', 'instanceState', 'osName', 'projectId', 'projectName']
  return {
    add(id: string, kind: 'instances' | 'projects', title: string) {
      const send = (body: object) => control('POST', kind, { ...body, account })
      return (
        <Button id={id} text={title} onClick={() => ask({ id, title, fields: fieldsOf(`/${kind}`), first, send })} />
      )
    },
    change({ instanceId: id, ...instance }: Instance) {
      const fields = fieldsOf('/instances/{id}', 'patch')
      const old = fields.map(({ name, kind }) => [name, toText(instance[name as keyof typeof instance], kind)])
      const values = Object.fromEntries(old)
      const send = (body: Readonly<Record<string, unknown>>, entered: Values) => {
        const changed = fields.filter(({ name }) => entered[name] !== values[name])
        // What is emptied is not in the body
        const changes = changed.map(({ name, kind }) => [name, body[name] ?? (kind === 'list' ? [] : '')])
        return control('PATCH', `instances/${id}`, { ...Object.fromEntries(changes), account })
      }
      ask({ id: 'change', title: fill(texts.changeOf, { id }), fields, first, values, send })
    },
    remove(id: string, path: string) {
      const title = fill(texts.removeOf, { id })
      const topic = { id: 'removal', title, isDangerous: true, content: <p>{texts.removeHint}</p> }
      const open = () => ask({ ...topic, send: () => control('DELETE', path) })
      return <Button id="remove" kind="quiet" label={title} text={texts.remove} onClick={open} />
    },
  }
}
