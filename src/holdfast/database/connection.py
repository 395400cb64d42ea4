"""Which server, database and role to connect to, from the environment; and bringing our own server up.

It knows DATABASE_URL, DATABASE_OWNER_URL and the embedded cluster's place. It refuses to know what is done with
a connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

from holdfast.database.cluster import PORT, SUPERUSER, Cluster, cluster
from holdfast.database.home import Home
from holdfast.database.roles import APPLICATION, OWNER, prepare_server

DATABASE = "holdfast"


@dataclass(frozen=True)
class Access:
    """How to reach the database under one role."""

    host: str
    port: str
    name: str
    user: str
    password: str
    options: Mapping[str, Any]

    def for_django(self) -> dict[str, Any]:
        """The same as an entry of Django's DATABASES."""
        return {
            "ENGINE": "holdfast.database.postgres",
            "HOST": self.host,
            "PORT": self.port,
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "OPTIONS": dict(self.options),
        }

    def for_psycopg(self) -> dict[str, Any]:
        """The same as keywords of psycopg.connect."""
        return {
            "host": self.host,
            "port": self.port or None,
            "dbname": self.name,
            "user": self.user,
            "password": self.password,
            **self.options,
        }


@dataclass(frozen=True)
class Databases:
    """Both ways in: the application's and the owner's. They are the same when only one address was given."""

    application: Access
    owner: Access
    is_embedded: bool

    @classmethod
    def given(cls, *, environment: Mapping[str, str], home: Home) -> Databases:
        """From DATABASE_URL and DATABASE_OWNER_URL where set, else the embedded server's."""
        address = environment.get("DATABASE_URL")
        if address:
            application = from_url(address)
            owner_address = environment.get("DATABASE_OWNER_URL")
            owner = from_url(owner_address) if owner_address else application
            return cls(application=application, owner=owner, is_embedded=False)
        secrets = home.secrets()
        owner = Access(
            host=str(home.socket),
            port=str(PORT),
            name=DATABASE,
            user=OWNER,
            password=secrets.owner_password,
            options={},
        )
        application = replace(owner, user=APPLICATION, password=secrets.app_password)
        return cls(application=application, owner=owner, is_embedded=True)


def from_url(address: str) -> Access:
    """Read postgres://user:password@host:port/name?option=value; several hosts are separated by commas."""
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("a database address begins with postgresql://; Holdfast runs on PostgreSQL only")
    if "," in parts.netloc:
        # A list of hosts is libpq's own and not something urllib reads.
        login, _, hosts = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        pairs = [entry.rpartition(":") if ":" in entry else (entry, "", "5432") for entry in hosts.split(",")]
        plain = dj_database_url.parse(f"{parts.scheme}://localhost{parts.path}?{parts.query}")
        host, port = ",".join(pair[0] for pair in pairs), ",".join(pair[2] for pair in pairs)
        return Access(
            host=host,
            port=port,
            name=plain["NAME"],
            user=unquote(user),
            password=unquote(password),
            options=plain.get("OPTIONS", {}),
        )
    found = dj_database_url.parse(address)
    return Access(
        host=found.get("HOST", ""),
        port=str(found.get("PORT", "")),
        name=found["NAME"],
        user=found.get("USER", ""),
        password=found.get("PASSWORD", ""),
        options=found.get("OPTIONS", {}),
    )


def embedded(*, home: Home, throwaway: bool = False) -> Cluster:
    """The home's own cluster, not yet started."""
    home.create()
    return cluster(base=home.database, socket=home.socket, throwaway=throwaway)


def bring_up(*, home: Home, throwaway: bool = False) -> tuple[Cluster, bool]:
    """Start the embedded server, or adopt the running one, with roles and database in place.

    The second value says whether this call started it: who starts a server stops it.
    """
    secrets = home.secrets()
    server = embedded(home=home, throwaway=throwaway)
    with home.lock(name="database", wait=True):
        started = server.start(password=secrets.superuser_password)
        prepare_server(
            host=str(server.socket),
            port=PORT,
            superuser=SUPERUSER,
            password=secrets.superuser_password,
            database=DATABASE,
            owner_password=secrets.owner_password,
            app_password=secrets.app_password,
        )
    return server, started
