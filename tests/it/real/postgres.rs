//! A real database server in containers, asked by the real `pg_isready`: what a cleanup breaks ends with 5 and an alert.
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::site::on_site;
use super::world::World;
use crate::support::operator::{CONFIRM, Operator};
use crate::support::proxy::within;

const IMAGE: &str = "tmp-steward-postgres:test";

/// This machine's database server as an image: its programs with what they load, a shell for `initdb`, and a user for it,
/// since it refuses to be root.
const IMAGE_OF_POSTGRES: &str = r#"
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
version=$(basename "$(dirname "$bin")")
cd "$1"
mkdir -p bin etc tmp usr/share/zoneinfo/Etc
chmod 1777 tmp
cp /bin/busybox bin/busybox
ln -s busybox bin/sh
echo 'postgres:x:999:999::/tmp:/bin/sh' > etc/passwd
echo 'postgres:x:999:' > etc/group
cp -L /usr/share/zoneinfo/{UTC,GMT} usr/share/zoneinfo/
cp -L /usr/share/zoneinfo/UTC usr/share/zoneinfo/Etc/UTC
cp -a --parents "$bin/"{postgres,initdb,pg_isready} .
cp -a --parents "${bin%bin}lib/"{plpgsql,dict_snowball}.so .
cp -aL --parents "/usr/share/postgresql/$version" .
ldd "$bin/"{postgres,initdb,pg_isready} "${bin%bin}lib/plpgsql.so" | grep -oE '/[^ :]+\.so[^ :]*' | grep -v '^/usr/lib/postgresql' | sort -u |
  while read -r library; do cp -L --parents "$library" . 2>/dev/null || true; done
ln -s "$bin" pg
chmod -R a+rX .
tar -cf ../image.tar .
"#;

fn postgres() -> Value {
    let start = "export PATH=/pg:/bin TZ=UTC LC_ALL=C; initdb -D /tmp/data -A trust -U postgres >/tmp/log 2>&1 && exec postgres -D /tmp/data -k /tmp -c listen_addresses= >>/tmp/log 2>&1";
    json!({ "Cmd": ["/bin/busybox", "sh", "-c", start], "User": "999:999" })
}

/// The operator declares as safe what a check needs: the plan shows it, and the check tells what it did.
fn ssot() -> String {
    let check = |name: &str| {
        format!(
            "  - {{name: {name}, exec: {{container: {name}, command: [/pg/pg_isready, -q, -h, /tmp]}}, timeout: 20s}}\n"
        )
    };
    format!(
        "version: 1\nenvironment: staging\ncleanup: confirm\nexpected: {{containers: [{{name: steward-keeps-pg}}]}}\nprotected: {{patterns: [\"prod-*\"]}}\nsafe_to_delete: {{patterns: [\"tmp-steward-pg\"]}}\nhealth:\n{}{}alerts:\n  - {{command: [sh, -c, \"cat > told.json\"], on: [unhealthy, cleanup]}}\n",
        check("steward-keeps-pg"),
        check("tmp-steward-pg")
    )
}

#[tokio::test]
async fn a_check_that_a_cleanup_breaks_is_exit_5_and_an_alert() {
    on_site(async |site| {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        std::fs::create_dir(&root).unwrap();
        let mut make = Command::new("bash");
        make.args(["-euo", "pipefail", "-c", IMAGE_OF_POSTGRES, "image"]).arg(&root);
        let made = make.output().unwrap();
        let why = "this test needs PostgreSQL: apt-get install postgresql";
        assert!(made.status.success(), "{why}: {}", String::from_utf8_lossy(&made.stderr));
        site.import(IMAGE, std::fs::read(folder.path().join("image.tar")).unwrap()).await;
        let world = World::default().running("steward-keeps-pg", IMAGE, postgres()).running(
            "tmp-steward-pg",
            IMAGE,
            postgres(),
        );
        site.make(&world).await;

        let operator = Operator::new();
        std::fs::write(operator.home().join("ssot/staging.yaml"), ssot()).unwrap();
        // A server that has just been started is not ready yet, and is told so by the same program.
        within(async {
            while operator.staging(&site.url, &["health"]).await.code != Some(0) {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
        let health = operator.staging(&site.url, &["health", "--format", "json"]).await.exits(0).json();
        assert_eq!(health["healthy"], true);

        let plan = operator.plan(&site.url, &["container/tmp-steward-pg"]).await;
        let apply = [&["apply", &plan][..], &CONFIRM].concat();
        let ran = operator.staging(&site.url, &apply).await.exits(5);
        assert!(
            ran.stderr.contains("! healthy before the cleanup, and not after it: tmp-steward-pg\n"),
            "{}",
            ran.stderr
        );
        let health = operator.staging(&site.url, &["health", "--format", "json"]).await.exits(1).json();
        let results: Vec<&Value> =
            health["checks"].as_array().unwrap().iter().map(|it| &it["result"]).collect();
        assert_eq!(results, ["healthy", "unhealthy"], "the other server answers as before");

        let told = std::fs::read_to_string(operator.home().join("told.json")).unwrap();
        let told: Value = serde_json::from_str(&told).unwrap();
        let events: Vec<&Value> = told["events"].as_array().unwrap().iter().map(|it| &it["event"]).collect();
        assert_eq!(events, ["unhealthy", "cleanup"], "{told:#}");
        assert!(told.to_string().contains("tmp-steward-pg"), "{told:#}");
    })
    .await;
}
