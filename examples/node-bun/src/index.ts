const server = Bun.serve({
  port: process.env.PORT ?? 3210,
  fetch: (): Response => new Response('pong'),
})

console.log(`listening on ${server.port}`)
