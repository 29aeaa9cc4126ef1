import type { ImageBuild } from '@runyard/core';
import { cranProgram, shellQuote, shellWords } from '@runyard/core/executor-kit';

export interface BuildFile {
  name: string;
  text: string;
}

/** One layer: its files, the first of which is `<name>.sh`, and what the image's environment gets. */
export interface BuildStep {
  name: string;
  files: [script: BuildFile, ...BuildFile[]];
  env: string[];
}

/** System packages first, then conda, pip, CRAN and what the caller adds, as at the start of a job. */
export const buildSteps = (build: ImageBuild): BuildStep[] =>
  [apt(build), conda(build), pip(build), cran(build), postBuild(build)].filter((step) => step !== null);

const apt = ({ apt: names }: ImageBuild): BuildStep | null =>
  names.length === 0
    ? null
    : step('apt', {
        script: `${need('apt-get', 'apt packages need apt-get: use a base of Debian or Ubuntu.')}
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends -- ${words(names)}
rm -rf /var/lib/apt/lists/*
`,
      });

// micromamba has no default channel and cannot say `env create`; the others take the file only there.
const conda = ({ conda: names, environmentYml }: ImageBuild): BuildStep | null => {
  if (names.length === 0 && environmentYml === null) return null;
  const fromFile = `if [ "$tool" = micromamba ]; then
  micromamba create -y -q -p ${condaFolder} -f ${buildFolder}/environment.yml
else
  "$tool" env create -q -p ${condaFolder} -f ${buildFolder}/environment.yml
fi
`;
  const verb = environmentYml === null ? 'create' : 'install';
  return step('conda', {
    script: `tool=
for each in micromamba mamba conda; do
  if command -v "$each" >/dev/null 2>&1; then tool=$each; break; fi
done
tool=\${tool:-conda}
${need('$tool', 'conda packages need micromamba, mamba or conda in the base.')}
${environmentYml === null ? '' : fromFile}${
  names.length === 0 ? '' : `"$tool" ${verb} -y -q -c conda-forge -p ${condaFolder} -- ${words(names)}\n`
}"$tool" clean -a -y >/dev/null 2>&1 || true
`,
    ...(environmentYml !== null && { extra: { name: 'environment.yml', text: environmentYml } }),
    env: [`PATH="${condaFolder}/bin:\${PATH:-${usualPath}}" CONDA_PREFIX="${condaFolder}"`],
  });
};

// Bases of a distribution say that pip must leave their Python alone; in an image that is what is wanted.
const pip = ({ pip: names, requirementsTxt }: ImageBuild): BuildStep | null => {
  if (names.length === 0 && requirementsTxt === null) return null;
  const what = [
    ...(requirementsTxt === null ? [] : [`-r ${buildFolder}/requirements.txt`]),
    ...(names.length === 0 ? [] : [`-- ${words(names)}`]),
  ].join(' ');
  return step('pip', {
    script: `${need('python3', 'pip packages need python3 in the base.')}
python3 -m pip --version >/dev/null || { echo 'runyard: pip packages need pip in the base.' >&2; exit 69; }
export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m pip install --no-cache-dir --no-input --progress-bar off ${what}
`,
    ...(requirementsTxt !== null && { extra: { name: 'requirements.txt', text: requirementsTxt } }),
  });
};

const cran = ({ cran: names }: ImageBuild): BuildStep | null =>
  names.length === 0
    ? null
    : step('cran', {
        script: `${need('Rscript', 'CRAN packages need R in the base.')}
R_LIBS_USER=${libraryFolder}
export R_LIBS_USER
mkdir -p -- "$R_LIBS_USER"
Rscript -e ${shellQuote(cranProgram)} ${words(names)}
`,
        env: [`R_LIBS_USER="${libraryFolder}"`],
      });

const postBuild = ({ postBuild: text }: ImageBuild): BuildStep | null =>
  text === null
    ? null
    : step('post-build', {
        script: `if command -v bash >/dev/null 2>&1; then exec bash -e ${buildFolder}/postBuild; fi
exec sh -e ${buildFolder}/postBuild
`,
        extra: { name: 'postBuild', text },
      });

/** Where a build's scripts are in the image. */
export const buildFolder = '/opt/runyard/build';
const condaFolder = '/opt/runyard/conda';
const libraryFolder = '/opt/runyard/r-library';
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const step = (
  name: string,
  { script, extra, env = [] }: { script: string; extra?: BuildFile; env?: string[] },
): BuildStep => ({
  name,
  files: [
    { name: `${name}.sh`, text: `set -e\n${script}` },
    ...(extra ? [{ ...extra, text: withNewline(extra.text) }] : []),
  ],
  env,
});

const need = (tool: string, sentence: string): string =>
  `command -v "${tool}" >/dev/null 2>&1 || { echo ${shellQuote(`runyard: ${sentence}`)} >&2; exit 69; }`;

// The order in which packages are named and how often means nothing, so it makes no other image.
const words = (names: readonly string[]): string => shellWords([...new Set(names)].sort());

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
