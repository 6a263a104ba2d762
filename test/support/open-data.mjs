// Opens a data folder, as another user if the arguments name one, adds a key pair and prints what it finds, as JSON:
// node open-data.mjs FOLDER UMASK HOW [UID GID], where HOW is `close`, or `die` for a process that is killed.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { startEmulator } from '../../src/emulator.ts'
import { publicKey } from './keys.ts'

const [data, umask, how, uid, gid] = process.argv.slice(2)
const options = { port: 0, poolSize: 0 }
// The other user may not be able to read the sources, so all of them are loaded before
await (await startEmulator(options)).close()
process.umask(umask)
if (uid !== undefined) {
  process.setgroups([Number(gid)])
  process.setgid(Number(gid))
  process.setuid(Number(uid))
}

const print = (result) => process.stdout.write(JSON.stringify(result))
try {
  const emulator = await startEmulator({ ...options, data })
  const send = async (params) => {
    const query = new URLSearchParams({ Version: '2017-03-12', ...params })
    return (await (await fetch(`${emulator.url}/v2/index.php?${query}`)).json()).Response
  }
  const PublicKey = publicKey(`${process.pid}`)
  const { Error: error } = await send({ Action: 'ImportKeyPair', KeyName: `k${process.pid}`, ProjectId: 0, PublicKey })
  const { TotalCount: count } = await send({ Action: 'DescribeKeyPairs' })
  const modes = Object.fromEntries(
    readdirSync(data).map((name) => [name, (statSync(join(data, name)).mode & 0o777).toString(8)]),
  )
  print({ ...(error && { error: error.Code }), count, modes })
  if (how === 'die') process.kill(process.pid, 'SIGKILL')
  await emulator.close()
} catch (error) {
  print({ error: error.message })
}
