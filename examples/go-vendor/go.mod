module example.com/tickets

go 1.22

require example.com/numbers v1.0.0
