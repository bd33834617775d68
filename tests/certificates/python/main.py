from urllib.request import urlopen

if __name__ == "__main__":
    print("trusted:", urlopen("https://localhost:8443/").status)
