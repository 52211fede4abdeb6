"""What may be kept of a shell command: the program, and the command inside it where a program holds many.

Arguments hold passwords, tokens, hosts and names, so none is kept. A word at the start may itself be a password that
was typed at the wrong prompt: a program that is not well known counts only once it was used with different arguments.
"""

import re
from collections.abc import Iterable

MOST_PROGRAMS = 50_000
"""Different first words that are remembered; further ones count as unknown."""

_ASSIGNMENT = re.compile(r"""\s*[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s;&|]*)(?:\s+|$)""")
_WRAPPERS = ("sudo", "doas", "time", "nohup", "command", "exec", "builtin", "env", "noglob", "nocorrect")
_PROGRAM = re.compile(r"[A-Za-z_][A-Za-z0-9_.+-]{0,39}")
_INNER = re.compile(r"[a-z][a-z-]{1,19}")
_END = re.compile(r"[\s;&|<>()`]")

_KNOWN = frozenset(
    word
    for line in (
        "alias ansible apt apt-get awk base64 bash bat bg brew bundle bun bzip2 cargo cat cd chmod chown clang",
        "clear cmake code columns composer conda convert cp crontab curl cut date dd deno df diff dig dnf docker",
        "docker-compose dotnet du dvc echo emacs env exit export fd fg ffmpeg find fish flatpak for free fzf gcc",
        "gcloud gdb gh git go gpg gradle grep gunzip gzip head helm helix history htop hx id ifconfig ip java",
        "jobs journalctl jq jupyter kill killall kubectl lazygit less ln locate ls lsblk lsof make man micro",
        "mkdir mongo more mount mv mvn mypy mysql nano nc netstat nginx ninja nix node npm npx nvim nvm ollama",
        "open openssl pacman pandoc passwd php pip pip3 pipx pkill pnpm podman poetry popd printf ps psql pushd",
        "pwd pyenv pyright pytest python python3 rails rake ranger rclone read redis-cli rg rm rmdir rsync ruby",
        "ruff rustc rustup scp screen sed service sftp sh sleep snap sort source sqlite3 ssh ssh-add ssh-keygen",
        "stat strace su swift systemctl tail tar task tee terraform tig tmux top touch tr tree type ufw uname",
        "uniq unset unzip uptime uv uvx vagrant vi vim watch wc wget which while whoami xargs xcodebuild yarn yay",
        "yum zip zoxide zsh",
    )
    for word in line.split()
)
_HOLDERS = frozenset(
    word
    for line in (
        "apt apt-get brew bundle bun cargo composer conda deno dnf docker docker-compose dotnet dvc flatpak",
        "gcloud gh git go gradle helm kubectl make mvn nix npm nvm ollama pacman pip pip3 pipx pnpm podman poetry",
        "pyenv rails rustup snap systemctl terraform tmux uv vagrant yarn yum",
    )
    for word in line.split()
)
"""Programs whose next word says what is done."""
_GROUPS = {
    "docker": ("compose", "image", "container", "volume", "network", "system"),
    "gh": ("pr", "issue", "repo", "run", "release", "workflow"),
    "git": ("stash", "remote", "worktree", "submodule"),
    "uv": ("pip", "tool", "python"),
}
"""Inner commands that are followed by one more."""


class Programs:
    """The first words of a history that are surely programs."""

    def __init__(self, commands: Iterable[str]) -> None:
        """Look through all commands: known programs, and words that were followed by different arguments."""
        first_rest: dict[str, int] = {}
        self._names: set[str] = set()
        for command in commands:
            program, rest = _parted(command)
            if not program or not rest or program in self:
                continue
            if first_rest.get(program, hash(rest)) != hash(rest):
                self._names.add(program)
            elif len(first_rest) < MOST_PROGRAMS:
                first_rest[program] = hash(rest)

    def __contains__(self, program: str) -> bool:
        """Tell whether this word is surely a program."""
        return program in _KNOWN or program in self._names


def command_name(command: str, programs: Programs) -> str | None:
    """Give the program of a command and the command inside it; None when it may be something else."""
    program, rest = _parted(command)
    if program not in programs:
        return None
    words = rest.split()
    name = [program]
    groups: tuple[str, ...] = _GROUPS.get(program, ())
    if program in _HOLDERS and words and _INNER.fullmatch(words[0]):
        name.append(words[0])
        if words[0] in groups and len(words) > 1 and _INNER.fullmatch(words[1]):
            name.append(words[1])
    return " ".join(name)


def _parted(command: str) -> tuple[str, str]:
    """Give the program and what follows it, without variables set before it, wrappers, and its folder."""
    rest = command.strip()
    while True:
        if match := _ASSIGNMENT.match(rest):
            rest = rest[match.end() :]
            continue
        word = _END.split(rest, maxsplit=1)[0]
        if word in _WRAPPERS and not rest[len(word) :].lstrip().startswith("-"):
            rest = rest[len(word) :].lstrip()
            if rest:
                continue
        break
    program = word.rpartition("/")[2]
    after = rest[len(word) :]
    # Only what stands apart is an argument: a password and a separator behind it are not two words.
    arguments = after.strip() if after[:1].isspace() else ""
    return (program if _PROGRAM.fullmatch(program) else ""), arguments
