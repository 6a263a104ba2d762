import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '../../../src/emulator.ts'
import type { Outcome } from '../client.ts'
import { environment } from '../environment.ts'

/** The image that Packer asks for before it creates its key pair, as docs/rules.md answers it. */
const image = {
  ImageId: 'img-487zeit5',
  ImageName: 'Ubuntu Server 22.04 LTS 64bit',
  OsName: 'Ubuntu Server 22.04 LTS 64bit',
  Platform: 'Ubuntu',
  Architecture: 'x86_64',
  ImageType: 'PUBLIC_IMAGE',
  ImageSource: 'OFFICIAL',
  ImageState: 'NORMAL',
  ImageSize: 20,
  CreatedTime: '2024-01-01T00:00:00Z',
}

/** What Packer must do, and the call that shows it. It stops at CreateVpc, which no rule answers, and cleans up. */
export const packerSteps = [
  { name: 'packer-image', title: 'finds its source image', call: 'DescribeImages Success' },
  { name: 'packer-create', title: 'creates a temporary key pair', call: 'CreateKeyPair Success' },
  { name: 'packer-stop', title: 'stops at an action that no rule answers', call: 'CreateVpc InvalidAction' },
  { name: 'packer-delete', title: 'deletes its key pair', call: 'DeleteKeyPairs Success' },
] as const

/** Debian's: newer ones leave the builder to a plugin. */
export const packer = '/usr/bin/packer'

const template = fileURLToPath(new URL('key-pair.json', import.meta.url))

/** Runs a build that creates and deletes a temporary key pair, and reads its calls in the journal. */
export async function performPacker(folder: string): Promise<Outcome> {
  const credential = { secretId: 'AKIDpacker', secretKey: 'a key to sign with' }
  const faults = [{ action: 'DescribeImages', answer: { TotalCount: 1, ImageSet: [image] } }]
  const emulator = await startEmulator({ port: 0, auth: 'strict', fixtures: { credentials: [credential], faults } })
  const { env, remove } = await environment(emulator, 'proxy', folder)
  const own = {
    TENCENTCLOUD_SECRET_ID: credential.secretId,
    TENCENTCLOUD_SECRET_KEY: credential.secretKey,
    CHECKPOINT_DISABLE: '1',
    PACKER_CONFIG_DIR: folder,
    PACKER_CACHE_DIR: folder,
  }
  try {
    const child = spawn(packer, ['build', template], { cwd: folder, env: { ...env, ...own }, stdio: 'ignore' })
    await new Promise((resolve) => child.on('error', resolve).on('close', resolve))
    const calls = (await emulator.journal.find({}, 100)).reverse().map(({ action, code }) => `${action} ${code}`)
    const steps = packerSteps.map(({ name, call }) => [name, calls.includes(call) ? 'passed' : `made no call ${call}`])
    const { total } = await emulator.keyPairs.list(credential.secretId)
    if (total > 0) steps.push(['packer-delete', `left ${total} key pair`])
    return { version: packerVersion(), steps: Object.fromEntries(steps) }
  } finally {
    remove()
    await emulator.close()
  }
}

const packerVersion = () => /v(\S+)/.exec(spawnSync(packer, ['version'], { encoding: 'utf8' }).stdout)?.[1] ?? 'unknown'
