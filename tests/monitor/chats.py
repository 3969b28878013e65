"""What a model's server is asked and answers."""

import json
from typing import Any

from monitor.config import MachineTextSettings
from tests.notifier.servers import Hook, Post

KEY = "sk-s3cret-0123456789"
TEXT = "Personal information is now kept for 12 months instead of 30 days."


def completion(text: str = TEXT) -> str:
    """A chat completion in the OpenAI form."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({"id": "chat-1", "object": "chat.completion", "choices": [choice], "usage": {"total_tokens": 9}})


def model_settings(hook: Hook, **others: Any) -> MachineTextSettings:
    """The settings for a model on this machine."""
    endpoint = f"{'https' if hook.tls else 'http'}://127.0.0.1:{hook.port}/v1"
    usual = {"endpoint": endpoint, "model": "kite-7b", "key": KEY, "allow_private": True, "timeout_seconds": 5}
    return MachineTextSettings.model_validate(usual | others)


def asked(post: Post) -> str:
    """The material that a question holds."""
    material: str = post.json["messages"][1]["content"]
    return material
