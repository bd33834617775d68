import { serve } from '@hono/node-server'
import { greeting } from '@receptionist/greetings'
import { Hono } from 'hono'

const app = new Hono()
app.get('/', (context) => context.text(greeting(context.req.query('name') ?? 'stranger')))
app.get('/health', (context) => context.json({ status: 'up' }))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 4500) })
