// An emulator in a process of its own, told by its parent what to do.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startEmulator } from '../dist/emulator.js'
import { collectLines } from '../src/cli/collect-lines.ts'

// The log is written as the command writes it
const log = collectLines(process.stderr)
const emulator = await startEmulator({ port: 0, log, ...JSON.parse(process.argv[2] ?? '{}') })
const delay = monitorEventLoopDelay({ resolution: 1 })

const commands = {
  prefill: async (count) => void (await emulator.keys.prefill(count)),
  /** Begins to watch the event loop. */
  watch: () => {
    delay.reset()
    delay.enable()
  },
  /** Its longest stall since, in milliseconds. */
  stall: () => delay.max / 1e6,
  level: () => emulator.keys.level(),
  memory: () => process.memoryUsage.rss() / 1e6,
  userTime: () => process.cpuUsage().user,
}

process.on('message', async ({ command, argument }) => {
  process.send({ answer: await commands[command](argument) })
})
process.on('disconnect', () => process.exit(0))
process.send({ port: emulator.port })
