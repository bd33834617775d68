let count = 0

export const load = () => ({ count: ++count })
