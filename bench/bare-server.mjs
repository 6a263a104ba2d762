// What Fastify does without us: one route that answers a body of a given size. It logs as the API does, or not at all.
import { fastify, LogController } from 'fastify'

const app = fastify({
  logger: process.argv[2] === 'silent' ? false : { level: 'info', stream: process.stderr, base: null },
  logController: new LogController({ disableRequestLogging: true }),
})
let body = Buffer.from('{}')
app.get('/v2/index.php', (request, reply) => {
  const durationMs = Math.round(reply.elapsedTime * 10) / 10
  const requestId = '00000000-0000-4000-8000-000000000000'
  request.log.info({ requestId, action: 'Bare', account: 'default', code: 'Success', durationMs }, 'answered')
  return reply.header('Content-Type', 'application/json').send(body)
})
await app.listen({ port: 0, host: '127.0.0.1' })

const commands = {
  size(size) {
    body = Buffer.from(JSON.stringify({ Response: 'x'.repeat(size - JSON.stringify({ Response: '' }).length) }))
  },
  userTime: () => process.cpuUsage().user,
}
process.on('message', ({ command, argument }) => process.send({ answer: commands[command](argument) }))
process.on('disconnect', () => process.exit(0))
process.send({ port: app.server.address().port })
