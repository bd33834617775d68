module example.com/inventory

go 1.25.0

toolchain go1.26.0
