let count = Number(location.pathname.slice(1)) || 0
document.querySelector('#count').textContent = `Counted to ${count}`
