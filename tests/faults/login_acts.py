"""Logins over SSH by password: who comes in, as what, and how long a "no" takes."""

import concurrent.futures
import logging
import re
import socket
import time

import acts
import faults

try:
    import paramiko
except ImportError:
    print("python3-paramiko is not installed")
    raise SystemExit(77)

logging.getLogger("paramiko").setLevel(logging.CRITICAL) # it prints what tests expect

# What nobody may see of a "no": CONFIG_NETDIAG_LOGIN_ANSWER_MS, less what a clock is off by.
ANSWER_S = 0.24

LOST = (paramiko.SSHException, EOFError, OSError)


class Door:
    """A connection to a switch's SSH, before anybody is in."""

    def __init__(self, switch):
        self.transport = paramiko.Transport(
            socket.create_connection(("127.0.0.1", switch.ssh), faults.LIMIT_S))
        try:
            self.transport.start_client(timeout=faults.LIMIT_S)
        except BaseException:
            self.transport.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.transport.close()

    def lets_in(self, user, password):
        """False: it said no. One of LOST: it is gone."""
        self.transport.auth_timeout = faults.LIMIT_S
        before = time.monotonic()
        try:
            self.transport.auth_password(user, password)
            return True
        except paramiko.AuthenticationException:
            took = time.monotonic() - before
            if took < ANSWER_S and self.transport.is_active():
                raise AssertionError("the time tells what failed: %.3f s" % took) from None
            return False

    def privilege(self):
        """What the shell says that we have."""
        channel = self.transport.open_session(timeout=faults.LIMIT_S)
        channel.settimeout(faults.LIMIT_S)
        channel.exec_command("show privilege")
        said = b"".join(iter(lambda: channel.recv(1000), b"")).decode()
        level = re.search("level is ([0-9]+)", said)
        return int(level.group(1)) if level else None


def lets_in(switch, user, password):
    with Door(switch) as door:
        return door.lets_in(user, password)


def is_let_in(switch, stranger):
    try:
        return lets_in(switch, *stranger)
    except LOST:
        return False


def strangers(switch):
    """Who should not be in, all at once."""
    tried = (("boss", "Right-Horse 1"), ("nobody", "Right-Horse 7"), ("guest", ""))
    with concurrent.futures.ThreadPoolExecutor(len(tried)) as pool:
        for stranger, is_in in zip(tried, pool.map(lambda one: is_let_in(switch, one), tried)):
            if is_in:
                return "%s is in by %r" % stranger
    return None


def friends(switch):
    """Who should be in: what was wrong. A wrong password before does not help."""
    for user, password, privilege in (("guest", "Right-Horse 1", 1), ("boss", "Right-Horse 7", 15)):
        try:
            with Door(switch) as door:
                if user == "guest" and door.lets_in(user, "Right-Horse 7"):
                    raise AssertionError("guest is in by another's password")
                if not door.lets_in(user, password):
                    return "%s is not let in" % user
                has = door.privilege()
        except LOST as error:
            return "%s: %s %s" % (user, type(error).__name__, error)
        if has is not None and has != privilege:
            raise AssertionError("%s has privilege %d" % (user, has))
        if has is None:
            return "%s: no answer" % user
    return None


def passwords(directory, environment, fault):
    """Nobody is in who should not be, whatever fails; who should be is in as soon as it works."""
    switch = acts.Switch(directory, environment, fresh=False)
    wrong = first = second = None
    try:
        if switch.starts():
            wrong = strangers(switch)
            first = friends(switch)
            wrong = wrong or strangers(switch)
            second = first and friends(switch)
            if second and not fault.each: # it was one of these that failed
                second = friends(switch)
    except AssertionError as error:
        wrong = str(error)
    finally:
        switch.process.terminate()
        status, _, errors = acts.finish(switch.process)
    wrong = wrong or faults.crashed(status, errors, acts.report_of(environment), fault)
    if wrong is None and second and not fault.each:
        wrong = "the door is shut for good: %s; before: %s" % (second, first)
    return wrong
