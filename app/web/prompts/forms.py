from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.integrations.speech import MAX_TEXT
from app.integrations.tts import VOICES
from app.web.forms import Form, tidy
from app.web.texts import later

MAX_NAME = 50
LANGUAGE_NAMES = {"zh": later("中文"), "en": later("英文")}
VOICE_NAMES = dict(zip(VOICES, (later("女声"), later("男声")), strict=True))
LANGUAGE_CHOICES = [SelectChoice(*item) for item in LANGUAGE_NAMES.items()]
VOICE_CHOICES = [SelectChoice(*item) for item in VOICE_NAMES.items()]
FILE_ENDINGS = ".wav,.mp3,.m4a,.amr,.ogg,.webm,audio/*"


class SoundForm(Form):
    """A new sound of a prompt: spoken from the text, or a file."""

    source = RadioField(
        later("声音从哪里来"),
        choices=[
            SelectChoice("speech", later("输入文字，由系统朗读")),
            SelectChoice("upload", later("上传或录音")),
        ],
        default="speech",
    )
    text = TextAreaField(
        later("文字"),
        description=later("来电者会听到的内容，最多 1000 字"),
        validators=[Length(max=MAX_TEXT, message=later("最多 1000 个字"))],
    )
    voice = SelectField(later("朗读的声音"), choices=VOICE_CHOICES)
    file = FileField(
        later("录音文件"),
        description=later("wav、mp3、m4a 或 amr，最长 10 分钟，最大 20 MB；两头的静音和音量会自动处理"),
    )
    recorded = HiddenField()

    def validate_text(self, field: TextAreaField) -> None:
        if self.source.data == "speech" and not any(char.isalnum() for char in field.data or ""):
            raise ValidationError(later("请填写要朗读的文字"))

    def validate_file(self, field: FileField) -> None:
        if self.source.data == "upload" and not field.data:
            raise ValidationError(later("请选择一个录音文件"))

    @property
    def kind(self) -> str:
        """Where an uploaded sound comes from."""
        return "recording" if self.recorded.data else "upload"


class NameForm(Form):
    name = StringField(
        later("名称"),
        description=later("例如：欢迎语、下班提示"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )

    @property
    def tidy_name(self) -> str:
        return tidy(self.name.data)


class NewPromptForm(NameForm, SoundForm):
    language = SelectField(later("语言"), choices=LANGUAGE_CHOICES)


class ListenForm(Form):
    """What is tried before it is saved."""

    text = StringField(validators=[DataRequired(), Length(max=MAX_TEXT)])
    language = SelectField(choices=LANGUAGE_CHOICES)
    voice = SelectField(choices=VOICE_CHOICES)
