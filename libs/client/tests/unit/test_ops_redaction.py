"""What a support bundle lets through: how the program fares, and nobody's secret, address or name."""

import json

import pytest

from client.ops import redaction

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzc286bGkifQ.c2lnbmF0dXJl"
SECRETS = (
    "postgresql://dualcontrol_filing:s3cr3t-w0rd@db:5432/dualcontrol_filing",
    f"authorization: Bearer {TOKEN}",
    TOKEN,
    "DUALCONTROL_KAFKA_PASSWORD=hunter2-hunter2",
    '"client_secret": "abcdef-ghijkl"',
    "password='p w with spaces'",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----",
    "li.si@example.gov.cn",
    "13800138000",
    "630102199003071234",
    "91630000MA0000XX0A",
    "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b",
    "青海某某铝业有限公司",
    "张三丰",
)
TELLING = ("s3cr3t-w0rd", "eyJ", "hunter2", "abcdef-ghijkl", "p w with", "MIIE", "li.si", "13800138000", "19900307",
           "91630000MA", "5f4dcc3b5aa7", "铝业", "三丰", "dualcontrol_filing:")  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_left_in_a_text(secret: str) -> None:
    left = redaction.plain(f"before {secret} after")

    assert not [word for word in TELLING if word in left]
    assert redaction.GONE in left
    assert left.startswith("before")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_left_in_a_log_wherever_it_stands(secret: str) -> None:
    line = json.dumps({"message": f"failed: {secret}", "level": "ERROR", "person": secret, "exc_info": secret})

    left = redaction.log(f"{line}\n{secret}\n")

    assert not [word for word in TELLING if word in left]
    assert '"level": "ERROR"' in left
    assert "person" not in left


def test_a_log_keeps_what_tells_how_the_program_fares() -> None:
    line = json.dumps({"message": "the relay waits: KafkaConnectionError", "level": "WARNING", "service": "filing",
                       "topic": "dualcontrol.filing.events.v1", "partition": 3, "offset": 41,
                       "trace_id": "0af7651916cd43dd8448eb211c80319c"})  # fmt: skip

    assert json.loads(redaction.log(line)) == json.loads(line)


def test_of_a_kubernetes_object_values_of_env_data_and_secret_names_go() -> None:
    pod = {
        "kind": "Pod",
        "metadata": {"name": "dc-filing-0", "annotations": {"note": "张三"}},
        "spec": {
            "containers": [{"image": "dualcontrol:1", "env": [{"name": "DUALCONTROL_X", "value": "plain-but-gone"}]}],
            "token": "abc",
        },
        "data": {"trust.yaml": "issuers: []"},
    }

    left = redaction.document(pod)

    assert left["metadata"] == {"name": "dc-filing-0", "annotations": ["note"]}
    assert left["spec"]["containers"] == [
        {"image": "dualcontrol:1", "env": [{"name": "DUALCONTROL_X", "value": redaction.GONE}]}
    ]
    assert left["spec"]["token"] == redaction.GONE
    assert left["data"] == ["trust.yaml"]


def test_of_postgresqls_log_the_rows_and_statements_go() -> None:
    left = redaction.log(
        "ERROR:  duplicate key\nDETAIL:  Key (owner)=(Li Si) exists.\nSTATEMENT:  INSERT INTO x VALUES ('Li')"
    )

    assert left.splitlines() == ["ERROR:  duplicate key", "DETAIL [redacted]", "STATEMENT [redacted]"]
