"""统一社会信用代码 (GB 32100-2015) and 项目代码 in both layouts: form and check characters, by the bundle's rules."""

import re
from dataclasses import dataclass
from datetime import date

from kernel.text import Text
from statute.loader import PolicyBundle
from statute.parameter import Version


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


@dataclass(frozen=True, slots=True)
class ProjectCodeRule:
    """Both layouts of 项目代码; the new one (GB/T 40058-2021) ends with a check digit (ISO 7064 MOD 11,10)."""

    pattern: re.Pattern[str]
    old_first_group: re.Pattern[str]
    new_first_group: re.Pattern[str]
    refuse_failed_check: bool

    def problem(self, code: str) -> Text | None:
        if not self.pattern.fullmatch(code):
            return Text(
                zh="应为 20 位数字, 按 4-6-2-2-6 位用连字符分开",
                en="must be 20 digits in groups of 4-6-2-2-6 with hyphens",
            )
        if self.refuse_failed_check and not self.checks(code):
            return self.remark(code)
        return None

    def is_new_layout(self, code: str) -> bool:
        return bool(self.new_first_group.fullmatch(code[:4]))

    def checks(self, code: str) -> bool:
        """Whether the last digit is the one expected; a code of another layout has none to check."""
        return not self.is_new_layout(code) or code[-1] == check_digit(code)

    def remark(self, code: str) -> Text:
        """What a person should know about a code of the right form."""
        if self.is_new_layout(code):
            return self._remark_new(code)
        if self.old_first_group.fullmatch(code[:4]):
            return Text(
                zh="旧版项目代码, 无校验码, 终身有效",
                en="a code of the old layout, without a check digit; valid for life",
            )
        return Text(
            zh="首组既不是新版的年月也不是旧版的年份, 请在平台核验",
            en="its first group is neither a month nor a year of the old layout; verify it on the platform",
        )

    def _remark_new(self, code: str) -> Text:
        if self.checks(code):
            return Text(zh="新版项目代码, 校验码相符", en="a code of the new layout; its check digit fits")
        expected = check_digit(code)
        return Text(
            zh=f"末位校验码应为 {expected}, 实为 {code[-1]}; 请在平台核验",
            en=f"its check digit should be {expected} and is {code[-1]}; verify it on the platform",
        )


def check_digit(code: str) -> str:
    """ISO 7064 MOD 11,10 over all digits but the last; hyphens are left out."""
    carry = 10
    for digit in code.replace("-", "")[:-1]:
        total = (carry + int(digit)) % 10 or 10
        carry = 2 * total % 11
    return str((11 - carry) % 10)


def identifier_rules(policy: PolicyBundle, day: date) -> tuple[CreditCodeRule, ProjectCodeRule]:
    """The rules on identifiers that the bundle holds for a day; before its first edition the first one serves.

    A code identifies for the life of a project: an application of 2019 may carry a code that was given in 2021.
    """

    def held(name: str) -> Version:
        parameter = policy.parameter(f"identifiers.{name}")
        return parameter.on(day) or parameter.versions[0]

    def pattern(name: str) -> re.Pattern[str]:
        return re.compile(held(name).word, re.ASCII)

    credit_codes = CreditCodeRule(
        pattern=pattern("credit_code.pattern"),
        alphabet=held("credit_code.alphabet").word,
        weights=tuple(int(weight) for weight in held("credit_code.weights").list_of_words),
    )
    project_codes = ProjectCodeRule(
        pattern=pattern("project_code.pattern"),
        old_first_group=pattern("project_code.old_layout.first_group"),
        new_first_group=pattern("project_code.new_layout.first_group"),
        refuse_failed_check=held("project_code.on_failed_check").word == "refuse",
    )
    return credit_codes, project_codes
