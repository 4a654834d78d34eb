//! What tears down infrastructure, as its programs are told: the table of the rule `infrastructure`.

use super::phrases::Table;

/// What destroys, or takes away what is running. Clusters that only this machine has (`kind`, `k3d`, `minikube`) are not in it.
pub(super) static DESTROYING: Table = Table::new(&[
    (
        &["terraform"],
        "destroy, destroy-all, state rm, taint, force-unlock, workspace delete",
    ),
    (
        &["cdktf", "cdk", "pulumi", "copilot", "helmfile", "garden"],
        "destroy",
    ),
    (&["helmfile"], "delete"),
    (&["docker-machine"], "rm"),
    (&["fly"], "scale count 0"),
    (
        &["aws"],
        "update-service --desired-count 0, change-resource-record-sets",
    ),
    (&["aws"], "--desired-capacity 0"),
    (
        &["pulumi"],
        "up --yes, up -y, stack rm, state delete, cancel, down",
    ),
    (
        &["copilot"],
        "app delete, svc delete, env delete, job delete, pipeline delete, delete",
    ),
    (&["sam"], "delete"),
    (
        &["serverless", "sst", "architect", "chalice", "up", "zappa"],
        "remove, delete, undeploy",
    ),
    (&["arc"], "destroy"),
    (&["azd", "ecs-cli"], "down"),
    (
        &[
            "waypoint", "porter", "okteto", "devspace", "tilt", "nixops", "kamal", "dokku",
        ],
        "destroy, remove, purge",
    ),
    (
        &[
            "waypoint", "porter", "okteto", "devspace", "tilt", "nixops", "kamal", "dokku",
        ],
        "apps:destroy",
    ),
    (
        &["kubectl"],
        "delete, drain, cordon, replace --force, scale --replicas=0, scale --replicas 0",
    ),
    (&["kubectl"], "edit, taint"),
    (
        &["helm"],
        "uninstall, delete, del, un, rollback, upgrade --force",
    ),
    (&["kustomize", "kops"], "delete"),
    (
        &["argocd"],
        "app delete, cluster rm, proj delete, repo rm, app terminate-op",
    ),
    (&["flux"], "uninstall, delete"),
    (&["istioctl", "linkerd", "cilium"], "uninstall"),
    (&["velero"], "delete"),
    (&["rancher"], "delete, rm"),
    (&["etcdctl"], "del --prefix, del --from-key, member remove"),
    (
        &["nomad"],
        "job stop, stop, system gc, node drain, namespace delete, volume delete",
    ),
    (
        &["vault", "bao"],
        "delete, kv destroy, kv delete, kv metadata delete, secrets disable",
    ),
    (
        &["vault", "bao"],
        "auth disable, lease revoke, operator seal, policy delete, namespace delete",
    ),
    (
        &["consul"],
        "kv delete, leave, force-leave, acl token delete, services deregister",
    ),
    (
        &["kafka-topics", "kafka-consumer-groups", "kafka-acls"],
        "--delete, --remove",
    ),
    (&["kafka-delete-records", "kafka-storage"], "*"),
    (&["rpk"], "topic delete, cluster storage"),
    (&["kcat"], "delete"),
    (
        &["rabbitmqctl"],
        "reset, force_reset, delete_queue, purge_queue, delete_vhost, delete_user",
    ),
    (&["rabbitmqctl"], "stop_app, forget_cluster_node, stop"),
    (&["rabbitmqadmin"], "delete, purge"),
    (
        &["nats"],
        "stream rm, stream purge, kv del, kv rm, consumer rm",
    ),
    (
        &["pulsar-admin"],
        "delete, delete-partitioned-topic, clear-backlog, unload",
    ),
    (
        &["heroku"],
        "pg:reset, ps:scale web=0, maintenance:on, pg:killall",
    ),
    (&["railway"], "down"),
    (
        &["firebase"],
        "firestore:delete, projects:delete, database:remove, hosting:disable",
    ),
    (&["firebase"], "auth:delete"),
    (
        &["docker"],
        "volume rm, volume remove, volume prune, swarm leave, stack rm, stack remove",
    ),
    (
        &["docker"],
        "stack down, service rm, service remove, secret rm, config rm",
    ),
    (&["docker"], "node rm, node demote, context rm"),
    (
        &["docker"],
        "system reset, pod rm --all, pod rm -a, pod rm -af, pod rm -fa, machine rm",
    ),
    (&["docker"], "machine reset"),
    (&["vagrant"], "destroy"),
    (
        &["virsh"],
        "undefine, destroy, vol-delete, pool-delete, snapshot-delete, vol-wipe",
    ),
    (&["multipass", "limactl"], "delete"),
    (&["lxc", "incus"], "delete, storage delete, network delete"),
    (&["qm", "pct"], "destroy"),
    (
        &["vboxmanage", "VBoxManage"],
        "unregistervm, closemedium --delete, storageattach",
    ),
    (&["xe"], "vm-destroy, vm-uninstall, vdi-destroy"),
    (&["govc"], "vm.destroy, object.destroy, datastore.rm"),
    (
        &["knife"],
        "delete, node delete, client delete, bulk delete",
    ),
    (&["gsutil"], "rb, rm, rsync -d"),
    (
        &["rclone"],
        "purge, delete, sync, deletefile, rmdirs, cleanup",
    ),
    (&["s3cmd"], "del, rb, rm, sync --delete-removed"),
    (&["s5cmd"], "rm, rb, sync --delete"),
    (&["mc"], "rb, rm, mirror --remove"),
    (
        &["b2"],
        "delete-bucket, bucket delete, rm, delete-file-version",
    ),
    (&["bq"], "rm"),
    (&["borg"], "delete, prune"),
    (&["restic"], "forget --prune, prune, forget --keep-last=0"),
    (
        &["duplicity"],
        "remove-all-but-n-full, remove-older-than, remove-all-inc-of-but-n-full",
    ),
    (&["duplicity"], "cleanup --force"),
    (
        &["kopia"],
        "snapshot delete, repository delete, maintenance run",
    ),
    (&["btrfs"], "device remove"),
    (&["thin_trim"], "*"),
    (
        &["ceph"],
        "osd pool delete, osd pool rm, osd destroy, osd purge, fs rm",
    ),
    (&["rbd", "rados"], "rm, remove, purge"),
    (&["gluster"], "volume delete, volume stop"),
    (
        &["wrangler"],
        "d1 delete, kv namespace delete, r2 bucket delete",
    ),
    (
        &["gh"],
        "pr close --delete-branch, pr close -d, repo edit --visibility, ssh-key add",
    ),
    (&["gh"], "gpg-key add"),
    (&["snapper", "timeshift"], "delete, --delete, --delete-all"),
]);
