import { isKnownProgram } from './program-call.ts';
import { theCommand } from './trail.ts';

/**
 * Whether a program is likely to run or read more of the checkout than its call says, in a way that we do not read. In the command
 * itself that is any that we do not know; in a script only what is known for it, as the others may be functions of its own.
 */
export const isNotFollowed = (name: string, by: string): boolean =>
  runsOthers.test(name) || (by === theCommand && !isKnownProgram(name) && !tools.has(name));

const runsOthers =
  /^(make|gmake|cmake|ninja|just|task|rake|gunicorn|uvicorn|hypercorn|celery|airflow|prefect|dagster|luigi|dbt|snakemake|nextflow|dvc|tox|nox|pytest|flask|django-admin|java|mvn|gradle|sbt|spark-submit|go|cargo|dotnet|ruby|bundle|perl|php|julia|docker|docker-compose|podman|kubectl|helm|terraform|ansible-playbook)$/;

// They do what their call says.
const tools: ReadonlySet<string> = new Set(
  `[ [[ : alias awk aws az base64 basename break bg bunzip2 bzip2 case cat cd chgrp chmod chown cmp comm conda continue cp curl cut date dd
  declare df diff dirname du echo egrep env esac eval exit export expr false fgrep fi find for function gcloud getent grep groups gsutil
  gunzip gzip head hostname id in install jq kill ln local ls mamba md5sum mkdir mkfifo mktemp mongodump mongosh mv mysql mysqldump
  nl node-gyp nvidia-smi od openssl paste pg_dump pg_restore pip pip3 popd printf ps psql pushd pwd rclone read readlink readonly
  realpath redis-cli return rm rmdir rsync s3cmd scp sed select seq set sftp sha256sum shift shopt sleep sort source split sqlite3 ssh
  stat sync tail tar tee test time touch tr trap true typeset ulimit umask unalias uname uniq unset unzip uv wait wc wget which who
  whoami xargs xz yes yq zcat zip zstd`.split(/\s+/),
);
