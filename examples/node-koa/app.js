const Koa = require('koa')
const files = require('koa-static')

const app = new Koa()
app.use(files('public'))
app.use((context) => {
  context.body = '<link rel="stylesheet" href="/main.css"><h1>Notice board</h1>'
})

app.listen(process.env.PORT || 3700, 'localhost')
