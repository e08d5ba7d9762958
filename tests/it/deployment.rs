//! What `deploy/` holds is checked as far as that goes without a container engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::Utc;
use regex::Regex;
use ressort::vitals::Vitals;
use yaml_rust2::{Yaml, YamlLoader};

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
fn what_the_debian_package_holds_is_there() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest: toml::Table = std::fs::read_to_string(project.join("Cargo.toml")).unwrap().parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    for asset in assets.iter().filter_map(|asset| asset[0].as_str()).filter(|asset| !asset.starts_with("target/")) {
        let path = asset.split('*').next().unwrap();
        assert!(project.join(path).exists(), "{asset}");
    }
}

#[test]
fn the_dashboard_asks_for_metrics_that_there_are() {
    let dashboard: serde_json::Value = serde_json::from_str(&read("grafana/ressort.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    assert!(panels.len() > 8);
    let metrics = Vitals::default().metrics(Utc::now());
    let names: Vec<&str> = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let asked_for = Regex::new(r"\b(?:ressort|process)_[a-z_]+").unwrap();
    let expressions = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().unwrap())
        .map(|target| target["expr"].as_str().unwrap())
        .chain(
            dashboard["templating"]["list"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|variable| variable["query"].as_str()),
        );
    for expression in expressions {
        let mut found = asked_for.find_iter(expression).map(|found| found.as_str()).peekable();
        assert!(expression == "prometheus" || found.peek().is_some(), "{expression}");
        for name in found {
            assert!(names.contains(&name), "{name} in {expression} is no metric; there are {names:?}");
        }
    }
}

#[test]
fn caddy_takes_its_configuration() {
    let validated = Command::new("caddy")
        .args(["validate", "--adapter", "caddyfile", "--config"])
        .arg(deploy("web/Caddyfile"))
        .output();
    let Ok(validated) = validated else {
        skip_without("caddy");
        return;
    };
    let said = String::from_utf8_lossy(&validated.stderr);
    assert!(validated.status.success() && !said.contains("\"level\":\"warn\""), "{said}");
}

/// The documents of a YAML file.
fn yaml(path: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn workflows_run_at_an_odd_minute_one_at_a_time_and_call_what_there_is() {
    let github = &yaml("github/feeds.yml")[0];
    let cron = github["on"]["schedule"][0]["cron"].as_str().unwrap();
    for minute in cron.split(' ').next().unwrap().split(',') {
        assert_ne!(minute.parse::<u32>().unwrap() % 5, 0, "{cron}");
    }
    assert_eq!(github["concurrency"]["cancel-in-progress"].as_bool(), Some(false));
    assert_eq!(github["permissions"]["contents"].as_str(), Some("write"));
    let mut steps = github["jobs"]["feeds"]["steps"].as_vec().unwrap().iter().filter_map(|step| step["run"].as_str());
    assert_eq!(steps.next_back(), Some("deploy/static/publish.sh"));

    let gitlab = &yaml("gitlab/.gitlab-ci.yml")[0]["pages"];
    assert_eq!(gitlab["resource_group"].as_str(), Some("feeds"));
    assert_eq!(gitlab["script"][0].as_str(), Some("deploy/static/publish.sh"));
    assert_eq!(gitlab["artifacts"]["paths"][0].as_str(), Some("public"));
    assert!(deploy("static/publish.sh").is_file());
}

#[test]
fn containers_have_no_rights_and_time_to_end() {
    let compose = &yaml("container/compose.yaml")[0]["services"]["worker"];
    assert_eq!(compose["cap_drop"][0].as_str(), Some("ALL"));
    assert_eq!(compose["stop_grace_period"].as_str(), Some("20s"));
    let kubernetes = yaml("kubernetes/ressort.yaml");
    let deployment = kubernetes.iter().find(|document| document["kind"].as_str() == Some("Deployment")).unwrap();
    let pod = &deployment["spec"]["template"];
    assert_eq!(deployment["spec"]["selector"]["matchLabels"], pod["metadata"]["labels"]);
    assert_eq!(pod["spec"]["securityContext"]["runAsNonRoot"].as_bool(), Some(true));
    assert_eq!(pod["spec"]["terminationGracePeriodSeconds"].as_i64(), Some(20));
    assert_eq!(pod["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"].as_bool(), Some(true));
}
