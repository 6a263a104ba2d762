// What Fastify does without us: one route that answers a body of a given size and logs as the API does.
import { fastify, LogController } from 'fastify'

const app = fastify({
  logger: { level: 'info', stream: process.stderr, base: null },
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

process.on('message', ({ argument: size }) => {
  body = Buffer.from(JSON.stringify({ Response: 'x'.repeat(size - JSON.stringify({ Response: '' }).length) }))
  process.send({ answer: body.length })
})
process.on('disconnect', () => process.exit(0))
process.send({ port: app.server.address().port })
