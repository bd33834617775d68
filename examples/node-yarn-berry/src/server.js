import Fastify from 'fastify'

const { HOST = 'localhost', PORT = '3400' } = process.env
const parcels = new Map([['7', 'on its way']])
const fastify = Fastify({ logger: true })

fastify.get('/health', async () => ({ status: 'up' }))
fastify.get('/parcels/:id', async (request) => ({ state: parcels.get(request.params.id) ?? 'unknown' }))

await fastify.listen({ host: HOST, port: Number(PORT) })
