// Stops with a sentence where no cluster is named for the tests that make Jobs on a real one: none is taken by accident.
if (!process.env.KUBECONFIG) {
  process.stderr.write(
    `KUBECONFIG is not set: name the kubeconfig of the cluster that the end-to-end tests of the Kubernetes executor are to run on ` +
      `(KUBECONFIG=~/.kube/config npx -y pnpm@12 test:k8s). Each file makes a namespace runyard-test-… there, and deletes it.\n`,
  );
  process.exit(1);
}
