import { appendFile, mkdir, readFile } from 'node:fs/promises'
import express from 'express'

const app = express()
const port = process.env.PORT || 3000

await mkdir('data', { recursive: true })
await appendFile('data/entries.txt', 'Welcome\n')

app.use(express.urlencoded({ extended: false }))
app.use(express.static('public'))

app.get('/healthz', (request, response) => {
  response.json({ ok: true })
})

app.get('/entries', async (request, response) => {
  const text = await readFile('data/entries.txt', 'utf8')
  response.json(text.split('\n').filter(Boolean))
})

app.post('/entries', async (request, response) => {
  await appendFile('data/entries.txt', `${request.body.text}\n`)
  response.redirect('/')
})

app.listen(port, () => console.log(`listening on ${port}`))
