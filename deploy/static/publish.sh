#!/bin/sh
# Refreshes all feeds once and pushes what changed to the branch that a static host hands out.
#
# Made for a CI that starts from nothing each time: what is published is fetched first, and a state
# that is not there is rebuilt from it, so that ids and dates stay the same. Called in a checkout that
# has the definitions in `feeds/`. Settings, with their defaults:
#
#   RESSORT=ressort              the program
#   RESSORT_BRANCH=pages         the branch that is handed out; it holds nothing but feeds
#   RESSORT_OUT=public           where that branch is checked out
#   RESSORT_STATE=.ressort/ressort.db    may be kept by a cache of the CI, and may be lost
#   RESSORT_KEEP_ALIVE_DAYS=30   a commit is made this often even if nothing changed: a host may
#                                stop the schedules of repositories where nothing happens
set -eu

ressort=${RESSORT:-ressort}
branch=${RESSORT_BRANCH:-pages}
out=${RESSORT_OUT:-public}
keep_alive_days=${RESSORT_KEEP_ALIVE_DAYS:-30}
export RESSORT_STATE="${RESSORT_STATE:-.ressort/ressort.db}"

git worktree prune
if git fetch --quiet --depth=1 origin "+refs/heads/$branch:refs/remotes/origin/$branch" 2>/dev/null; then
    git worktree add --quiet --force --detach "$out" "origin/$branch"
else
    # The first time: a branch without history.
    git worktree add --quiet --force --detach --no-checkout "$out" HEAD
    git -C "$out" symbolic-ref HEAD "refs/heads/$branch-first"
    git -C "$out" rm --quiet -r --cached --ignore-unmatch .
fi

code=0
"$ressort" run --out "$out" || code=$?
# 1: some feed failed. What it published before still stands, and the others are up to date.
if [ "$code" -gt 1 ]; then
    exit "$code"
fi

git -C "$out" add --all
last=$(git -C "$out" log -1 --format=%ct 2>/dev/null || echo 0)
age_days=$((($(date +%s) - last) / 86400))
if git -C "$out" diff --cached --quiet 2>/dev/null && [ "$last" -gt 0 ] && [ "$age_days" -lt "$keep_alive_days" ]; then
    echo "nothing changed"
else
    # One commit, replaced each time: old articles are nobody's business, and the branch stays small.
    set -- commit --quiet --allow-empty --message "Feeds of $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    if [ "$last" -gt 0 ]; then
        set -- "$@" --amend --reset-author
    fi
    git -C "$out" -c user.name=ressort -c user.email=ressort@localhost "$@"
    # Refused if another run pushed meanwhile: the next one goes on from there.
    git -C "$out" push --quiet --force-with-lease="$branch:$(git rev-parse --verify --quiet "origin/$branch" || true)" \
        origin "HEAD:refs/heads/$branch"
    echo "published on $branch"
fi
if [ "$code" -eq 1 ]; then
    echo "warning: some feeds failed; status.json and the front page say which and why" >&2
fi
