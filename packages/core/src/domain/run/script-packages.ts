import type { ExtraPackages } from '../job/job.ts';
import { scriptExits } from './script-outcome.ts';
import { shellQuote, shellWords } from './shell-quote.ts';

/**
 * Installs what the job asks for into an environment of this attempt, system packages first, and leaves PATH and its kin
 * set for everything after it. Packages extend what the machine or the image has.
 */
export const installPackages = (packages: ExtraPackages | null): string => {
  if (packages === null) return '';
  const steps = [apt(packages), conda(packages), pip(packages), cran(packages)].filter((step) => step !== '');
  return steps.length === 0 ? '' : [helpers, ...steps].join('');
};

/** An extended regular expression: what installers say of an index that does not answer. */
export const unreachableWords =
  'name resolution|[Cc]ould not resolve|Failed to establish a new connection|Connection (refused|timed out|reset)|Network is unreachable|No route to host|[Rr]ead timed out|CONNECTION FAILED|Could not connect|cannot open URL';

const helpers = `runyard_phase extra-packages
mkdir -p -- "$runyard_scratch" && chmod 700 "$runyard_scratch" || runyard_fail 'The scratch folder cannot be made.' 1
runyard_need() {
  command -v "$1" >/dev/null 2>&1 || runyard_fail "$2" ${scriptExits.toolMissing}
}
runyard_unreachable='${unreachableWords}'
runyard_install() {
  rm -f "$runyard_scratch/status"
  { "$@" 2>&1; printf '%s\\n' "$?" >"$runyard_scratch/status"; } | tee "$runyard_scratch/install.log"
  runyard_status=1
  read -r runyard_status <"$runyard_scratch/status"
  [ "$runyard_status" = 0 ] && return
  if grep -Eq "$runyard_unreachable" "$runyard_scratch/install.log"; then
    runyard_fail "The package index did not answer ($1)." ${scriptExits.indexUnreachable}
  fi
  runyard_fail "Extra packages could not be installed: $1 ended with exit code $runyard_status." 1
}
`;

const apt = ({ apt: names }: ExtraPackages): string =>
  names.length === 0
    ? ''
    : `runyard_need apt-get 'Extra packages: apt packages need apt-get, which is not there. Use an image based on Debian or Ubuntu.'
runyard_install env DEBIAN_FRONTEND=noninteractive apt-get update
runyard_install env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -- ${shellWords(names)}
`;

// micromamba has no default channel and cannot say `env create`; the others take the file only there.
const conda = ({ conda: names, environmentYml }: ExtraPackages): string => {
  if (names.length === 0 && environmentYml === null) return '';
  const fromFile = `printf '%s\\n' ${shellQuote(environmentYml ?? '')} >"$runyard_scratch/environment.yml"
if [ "$runyard_conda" = micromamba ]; then
  runyard_install micromamba create -y -q -p "$runyard_scratch/conda" -f "$runyard_scratch/environment.yml"
else
  runyard_install "$runyard_conda" env create -q -p "$runyard_scratch/conda" -f "$runyard_scratch/environment.yml"
fi
`;
  const verb = environmentYml === null ? 'create' : 'install';
  const fromNames = `runyard_install "$runyard_conda" ${verb} -y -q -c conda-forge -p "$runyard_scratch/conda" -- ${shellWords(names)}\n`;
  return `runyard_conda=
for runyard_tool in micromamba mamba conda; do
  if command -v "$runyard_tool" >/dev/null 2>&1; then runyard_conda=$runyard_tool; break; fi
done
runyard_need "\${runyard_conda:-conda}" 'Extra packages: conda packages need micromamba, mamba or conda, and none of them is there.'
${environmentYml === null ? '' : fromFile}${names.length === 0 ? '' : fromNames}PATH="$runyard_scratch/conda/bin:$PATH" CONDA_PREFIX="$runyard_scratch/conda"
export PATH CONDA_PREFIX
`;
};

const pip = ({ pip: names, requirementsTxt }: ExtraPackages): string => {
  if (names.length === 0 && requirementsTxt === null) return '';
  const requirements = `printf '%s\\n' ${shellQuote(requirementsTxt ?? '')} >"$runyard_scratch/requirements.txt"\n`;
  const what = [
    ...(requirementsTxt === null ? [] : ['-r "$runyard_scratch/requirements.txt"']),
    ...(names.length === 0 ? [] : [`-- ${shellWords(names)}`]),
  ].join(' ');
  return `runyard_need python3 'Extra packages: pip packages need python3, which is not there.'
runyard_install python3 -m venv --system-site-packages "$runyard_scratch/venv"
VIRTUAL_ENV="$runyard_scratch/venv" PATH="$runyard_scratch/venv/bin:$PATH"
export VIRTUAL_ENV PATH
${requirementsTxt === null ? '' : requirements}runyard_install "$VIRTUAL_ENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off ${what}
`;
};

const cran = ({ cran: names }: ExtraPackages): string => {
  if (names.length === 0) return '';
  return `runyard_need Rscript 'Extra packages: CRAN packages need R, which is not there.'
R_LIBS_USER="$runyard_scratch/r-library\${R_LIBS_USER:+:$R_LIBS_USER}"
export R_LIBS_USER
mkdir -p -- "$runyard_scratch/r-library"
runyard_install Rscript -e ${shellQuote(cranProgram)} ${shellWords(names)}
`;
};

/**
 * R that installs the packages in its arguments into the first library of R_LIBS_USER. R only warns when one cannot be
 * installed, so the library is looked at afterwards.
 */
export const cranProgram = `
wanted <- commandArgs(trailingOnly = TRUE)
library <- strsplit(Sys.getenv("R_LIBS_USER"), ":", fixed = TRUE)[[1]][1]
repos <- getOption("repos")
if (is.null(repos) || "@CRAN@" %in% repos) repos <- "https://cloud.r-project.org"
install.packages(wanted, lib = library, repos = repos)
missing <- setdiff(wanted, rownames(installed.packages(lib.loc = .libPaths())))
if (length(missing) > 0) { message("not installed: ", paste(missing, collapse = ", ")); quit(status = 1) }
`;
