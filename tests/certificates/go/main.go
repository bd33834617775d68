package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	answer, err := http.Get("https://localhost:8443/")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("trusted:", answer.Status)
}
