import { fastify } from 'fastify'

const server = fastify()
const port: number = Number(process.env.PORT ?? 8000)
const host: string = process.env.HOST ?? '127.0.0.1'

server.get('/time', async () => ({ time: new Date().toISOString() }))
server.get('/health', async () => 'ok')

await server.listen({ port, host })
