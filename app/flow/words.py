from app.words import Words as Words
