//! What `deploy/` holds is checked as far as that goes without a container engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::skip_without;

fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(deploy(path)).unwrap()
}

#[test]
fn nginx_takes_its_configuration() {
    let directory = tempfile::tempdir().unwrap();
    let configuration = directory.path().join("nginx.conf");
    let include = deploy("web/nginx.conf");
    let text = format!(
        "pid {0}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off; include {1}; }}\n",
        directory.path().display(),
        include.display()
    );
    std::fs::write(&configuration, text).unwrap();
    let Ok(tested) = Command::new("nginx").arg("-t").arg("-c").arg(&configuration).output() else {
        skip_without("nginx");
        return;
    };
    let said = String::from_utf8_lossy(&tested.stderr);
    assert!(tested.status.success() && !said.contains("[warn] "), "{said}");
}

#[test]
fn the_units_expose_little() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        // Part of systemd, which is not installed into containers where these tests run as well.
        eprintln!("skipped: systemd-analyze is not installed");
        return;
    }
    for unit in ["systemd/ressort.service", "systemd/ressort-run.service"] {
        let analyzed = Command::new("systemd-analyze")
            // Of ten: 11 is 1.1.
            .args(["security", "--offline=yes", "--threshold=12", "--no-pager"])
            .arg(deploy(unit))
            .output()
            .unwrap();
        assert!(analyzed.status.success(), "{unit}: {}", String::from_utf8_lossy(&analyzed.stdout));
    }
}

#[test]
fn the_settings_of_the_package_and_of_compose_are_right() {
    let schema = Command::new(env!("CARGO_BIN_EXE_ressort")).args(["schema", "settings"]).output().unwrap();
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    for path in ["systemd/ressort.toml", "container/compose.toml"] {
        let settings: toml::Table = read(path).parse().unwrap();
        for key in settings.keys() {
            assert!(schema["properties"].get(key).is_some(), "{path}: {key}");
        }
    }
}

#[test]
fn the_dashboard_is_json_and_asks_for_our_metrics() {
    let dashboard: serde_json::Value = serde_json::from_str(&read("grafana/ressort.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    assert!(panels.len() > 8);
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            assert!(expression.contains("ressort_"), "{expression}");
        }
    }
}
