"""Prints the first prime numbers: no dependency, no manifest."""

import sys


def primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


if __name__ == "__main__":
    print(*primes(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
