import type { FastifyReply } from 'fastify'

/** Sends an error of the control interface: `{ error: { code, message } }`. */
export const sendError = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).send({ error: { code, message } })
