"""统一社会信用代码 (GB 32100-2015) and 项目代码 in both layouts: form and check characters, by the bundle's rules."""

import re
from dataclasses import dataclass

from kernel.text import Text


@dataclass(frozen=True, slots=True)
class CreditCodeRule:
    """GB 32100-2015: 18 characters of an alphabet of 31, the last a check character (ISO 7064 MOD 31-3)."""

    pattern: re.Pattern[str]
    alphabet: str
    weights: tuple[int, ...]

    def problem(self, code: str) -> Text | None:
        if not self.pattern.fullmatch(code):
            return Text(
                zh="应为 18 位统一社会信用代码, 只用数字和除 I、O、S、V、Z 外的大写字母",
                en="must be 18 characters: digits and capital letters other than I, O, S, V and Z",
            )
        expected = self.check_character(code)
        if code[-1] != expected:
            return Text(
                zh=f"校验码应为 {expected}, 请核对各位是否抄录有误",
                en=f"ends with {code[-1]} where {expected} is expected; check for a slip in copying",
            )
        return None

    def check_character(self, code: str) -> str:
        modulus = len(self.alphabet)
        total = sum(self.alphabet.index(c) * w for c, w in zip(code, self.weights, strict=False))
        return self.alphabet[(modulus - total % modulus) % modulus]
