"""Waits for orders in a PostgreSQL table; waits for the database, too."""

import os
import time

import psycopg2

DATABASE_URL = os.environ.get("DATABASE_URL", "postgres://localhost/orders")


def take_one(connection) -> bool:
    with connection, connection.cursor() as cursor:
        cursor.execute("delete from orders where id in (select id from orders limit 1) returning id")
        return cursor.fetchone() is not None


def main() -> None:
    print(f"libpq {psycopg2.extensions.libpq_version()}", flush=True)
    while True:
        try:
            connection = psycopg2.connect(DATABASE_URL, connect_timeout=2)
            while take_one(connection):
                pass
        except psycopg2.OperationalError as error:
            print(f"waiting for the database: {error}".strip(), flush=True)
        time.sleep(5)


if __name__ == "__main__":
    main()
