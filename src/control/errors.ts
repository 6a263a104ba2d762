import type { FastifyReply } from 'fastify'

/** Answers an error of the control plane: `{ error: { code, message } }`. */
export const sendError = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).send({ error: { code, message } })
